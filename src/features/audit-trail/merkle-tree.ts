import { sha256 } from '@noble/hashes/sha2.js'

/** A digest: 32 bytes of SHA-256. */
export type Digest = Uint8Array

const digestBytes = 32
const encoder = new TextEncoder()

/** The leaf of a text: SHA-256 over 0x00 and its UTF-8 (RFC 6962, section 2.1). */
export const leafOf = (text: string): Digest => sha256(encoder.encode(`\0${text}`))

/** The node over two others: SHA-256 over 0x01, the left and the right one. */
const nodeOf = (left: Digest, right: Digest): Digest => {
  const bytes = new Uint8Array(1 + 2 * digestBytes)
  bytes[0] = 1
  bytes.set(left, 1)
  bytes.set(right, 1 + digestBytes)
  return sha256(bytes)
}

/** The level above: neighbours by two, and the last one as it is where it has none. */
const levelAbove = (level: readonly Digest[]): Digest[] => {
  const above: Digest[] = []
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = level.slice(at, at + 2)
    if (left) above.push(right ? nodeOf(left, right) : left)
  }
  return above
}

/** The root of the tree over these leaves; that of none is the digest of nothing. */
export const rootOf = (leaves: readonly Digest[]): Digest => {
  let level: readonly Digest[] = leaves
  while (level.length > 1) level = levelAbove(level)
  return level[0] ?? sha256(new Uint8Array())
}

/** What leads from the leaf at `index` to the root: each node beside the way, from below (RFC 6962, section 2.1.1). */
export const pathOf = (leaves: readonly Digest[], index: number): Digest[] => {
  const path: Digest[] = []
  let at = index
  for (let level: readonly Digest[] = leaves; level.length > 1; level = levelAbove(level)) {
    const beside = level[at % 2 === 0 ? at + 1 : at - 1]
    if (beside) path.push(beside)
    at = Math.floor(at / 2)
  }
  return path
}

/**
 * The root that a leaf and its path come to; undefined where they fit no tree of that size (RFC 9162, section 2.1.3.2).
 * @param count how many leaves the tree has
 */
export const rootByPath = (
  leaf: Digest,
  { index, count, path }: { index: number; count: number; path: readonly Digest[] },
): Digest | undefined => {
  if (!Number.isInteger(index) || index < 0 || index >= count) return undefined
  let [at, last] = [index, count - 1]
  let root = leaf
  for (const beside of path) {
    if (last === 0) return undefined
    if (at % 2 === 1 || at === last) {
      root = nodeOf(beside, root)
      // Levels on which the way had no neighbour.
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
    } else root = nodeOf(root, beside)
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 ? root : undefined
}

/** Leaves in one piece, hex. */
export const joinLeaves = (leaves: readonly Digest[]): string => leaves.map((leaf) => leaf.toHex()).join('')

/** The leaves of such a piece. Throws where it is not hex. */
export const splitLeaves = (hex: string): Digest[] => {
  const bytes = Uint8Array.fromHex(hex)
  return Array.from({ length: Math.ceil(bytes.length / digestBytes) }, (_, at) =>
    bytes.subarray(at * digestBytes, (at + 1) * digestBytes),
  )
}

/** SHA-256 of a text, hex. */
export const digestOf = (text: string): string => sha256(encoder.encode(text)).toHex()
