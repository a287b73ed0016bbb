import { uuidDigits } from '#core/token-bytes'

/** When the month began that an id belongs to by its time (UUIDv7, RFC 9562, section 5.7), as partitions have it. UTC. */
export const monthOf = (id: string): string => {
  const at = new Date(Number.parseInt(uuidDigits(id).slice(0, 12), 16))
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)).toISOString()
}
