import type { Digest } from './merkle-tree'

/** A record on its way through a verification. */
export interface SeenRecord {
  id: string
  position: number
  leaf: Digest
  /** What the record says itself of records whose time is over: those of a retention before a moment. */
  expires?: { retention: string; before: string }
}

/** What does not fit; for what is missing, `record` is the last one before it. */
export interface Mismatch {
  what: 'altered' | 'missing' | 'inserted' | 'out of order'
  record: SeenRecord | undefined
  /** How many. */
  count: number
  /** Which of the seal's records it ought to be, from 0. */
  index: number
}

const isSame = (a: Digest, b: Digest | undefined): boolean => b !== undefined && a.every((byte, at) => byte === b[at])

const isWhole = (records: readonly SeenRecord[], leaves: readonly Digest[]): boolean =>
  records.length === leaves.length && records.every(({ leaf }, at) => isSame(leaf, leaves[at]))

/** Compares records, by position, with the leaves that were sealed. Nothing comes back when they are the same. */
export const matchLeaves = (records: readonly SeenRecord[], leaves: readonly Digest[]): Mismatch[] => {
  if (isWhole(records, leaves)) return []
  const known = new Map(leaves.map((leaf, index) => [leaf.toHex(), index]))
  const indexOf = (record: SeenRecord | undefined) => record && known.get(record.leaf.toHex())
  const mismatches: Mismatch[] = []
  let index = 0
  let before: SeenRecord | undefined
  const miss = (count: number) => {
    if (count > 0) mismatches.push({ what: 'missing', record: before, count, index })
  }
  for (const [at, record] of records.entries()) {
    const own = indexOf(record)
    if (own !== undefined && own >= index) {
      miss(own - index)
      index = own + 1
    } else if (own !== undefined) {
      mismatches.push({ what: 'out of order', record, count: 1, index: own })
    } else {
      const next = indexOf(records[at + 1])
      const left = leaves.length - index
      // One more than was sealed, or one that takes the place of another.
      const isMore = left === 0 || next === index || (next === undefined && records.length - at > left)
      mismatches.push({ what: isMore ? 'inserted' : 'altered', record, count: 1, index })
      if (!isMore) index += 1
    }
    before = record
  }
  miss(leaves.length - index)
  return mismatches
}
