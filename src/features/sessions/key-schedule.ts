/** How long anyone may keep our key set: its `Cache-Control`. */
export const keySetCacheSeconds = 300

/** A new key is published this long before it signs: a cache lifetime, and what our own instances may lag. */
export const publishedBeforeSeconds = 3 * keySetCacheSeconds

/** A key signs this long before its successor is made by itself. */
export const signingSeconds = 90 * 24 * 3600

export interface ScheduledKey {
  generation: number
  signsFrom: Date
  /** A key that was revoked is in no stage, and never comes back. */
  revokedAt: Date | null
}

/** What a key does: waits, signs, is kept while its tokens live; it is done; or nothing of it counts. */
export type KeyStage = 'next' | 'current' | 'previous' | 'retired' | 'revoked'

export interface KeyStages<Key> {
  /** Signs. */
  current: Key | undefined
  /** Published, signs soon. */
  next: Key | undefined
  /** Signs no more; published while tokens it signed may live. */
  previous: Key[]
}

const inOrder = <Key extends ScheduledKey>(keys: Key[]): Key[] =>
  keys.filter(({ revokedAt }) => !revokedAt).toSorted((a, b) => a.generation - b.generation)

/**
 * When a key stops to sign, when the last token that it signed dies, and when it leaves the key set: a cache lifetime later,
 * as verifiers may be late. Undefined while it has no successor, and of a key that was revoked.
 * @param accessTokenSeconds how long a token lives
 */
export const endOf = <Key extends ScheduledKey>(
  key: Key,
  keys: Key[],
  accessTokenSeconds: number,
): { signsUntil: Date; lastTokenDiesAt: Date; leavesAt: Date } | undefined => {
  const successor = inOrder(keys).find(({ generation }) => generation > key.generation)
  if (!successor || key.revokedAt) return undefined
  const until = successor.signsFrom.getTime()
  const lastTokenDies = until + accessTokenSeconds * 1000
  return {
    signsUntil: successor.signsFrom,
    lastTokenDiesAt: new Date(lastTokenDies),
    leavesAt: new Date(lastTokenDies + keySetCacheSeconds * 1000),
  }
}

/** Until when the stages stay what they are at `now`, in milliseconds since 1970; for ever, if no key has anything before it. */
export const stagesLastUntil = <Key extends ScheduledKey>(
  keys: Key[],
  now: Date,
  accessTokenSeconds: number,
): number => {
  const changes = keys.flatMap((key) => [key.signsFrom, endOf(key, keys, accessTokenSeconds)?.leavesAt ?? now])
  return Math.min(...changes.filter((change) => change > now).map((change) => change.getTime()))
}

/**
 * Which key is which at `now`. It follows from `signsFrom` alone, so all instances agree without a word.
 * @param accessTokenSeconds how long a token lives that a key signed last
 */
export const stagesOf = <Key extends ScheduledKey>(
  keys: Key[],
  now: Date,
  accessTokenSeconds: number,
): KeyStages<Key> => {
  const sorted = inOrder(keys)
  const current = sorted.findLast(({ signsFrom }) => signsFrom <= now)
  const next = sorted.find(({ signsFrom }) => signsFrom > now)
  const previous = sorted.filter((key) => {
    if (current === undefined || key.generation >= current.generation) return false
    const end = endOf(key, sorted, accessTokenSeconds)
    return end !== undefined && end.leavesAt > now
  })
  return { current, next, previous }
}
