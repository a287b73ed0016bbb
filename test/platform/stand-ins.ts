import type { PasswordHasher, RandomSource } from '#core/platform'

/** The same bytes in each run: the high bytes of a linear congruential generator. */
export const createSeededRandom = (seed: number): RandomSource => {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state >>> 24
  }
  return { bytes: (length) => Uint8Array.from({ length }, next) }
}

/** Hashes at once and so that a test can read it; each is counted. */
export const createReadableHasher = (hashes: { count: number }): PasswordHasher => {
  const hashOf = (password: string) => {
    hashes.count += 1
    return `readable$${password}`
  }
  return {
    hash: async (password) => hashOf(password),
    verify: async (password, hash) => hashOf(password) === hash,
    isCurrent: (hash) => hash.startsWith('readable$'),
  }
}
