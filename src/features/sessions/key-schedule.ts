/** How long anyone may keep our key set: its `Cache-Control`. */
export const keySetCacheSeconds = 300

/** A new key is published this long before it signs: a cache lifetime, and what our own instances may lag. */
export const publishedBeforeSeconds = 3 * keySetCacheSeconds

/** A key signs this long before its successor is made by itself. */
export const signingSeconds = 90 * 24 * 3600

export interface ScheduledKey {
  generation: number
  signsFrom: Date
}

export interface KeyStages<Key> {
  /** Signs. */
  current: Key | undefined
  /** Published, signs soon. */
  next: Key | undefined
  /** Signs no more; published while tokens it signed may live. */
  previous: Key[]
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
  const sorted = keys.toSorted((a, b) => a.generation - b.generation)
  const current = sorted.findLast(({ signsFrom }) => signsFrom <= now)
  const next = sorted.find(({ signsFrom }) => signsFrom > now)
  const publishedUntil = (index: number) =>
    (sorted[index + 1]?.signsFrom.getTime() ?? Number.POSITIVE_INFINITY) +
    (accessTokenSeconds + keySetCacheSeconds) * 1000
  const previous = sorted.filter((key, index) => {
    const isOlder = current !== undefined && key.generation < current.generation
    return isOlder && publishedUntil(index) > now.getTime()
  })
  return { current, next, previous }
}
