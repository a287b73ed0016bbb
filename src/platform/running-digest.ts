import { createHash } from 'node:crypto'

/** SHA-256 of what comes piece by piece, as hex. */
export const startDigest = (): { update: (bytes: Uint8Array | string) => void; hex: () => string } => {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') }
}
