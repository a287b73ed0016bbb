import { toUuid } from '#core/token-bytes'

const mostMilliseconds = 2 ** 48 - 1

/** No id of a record that happened at this moment, in milliseconds since 1970, is lower (RFC 9562, section 5.7). */
export const firstIdOf = (milliseconds: number): string => {
  const known = Math.min(Math.max(Math.trunc(milliseconds), 0), mostMilliseconds)
  return toUuid(known.toString(16).padStart(12, '0').padEnd(32, '0'))
}
