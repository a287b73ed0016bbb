import type { PasswordHasher } from '#core/platform'

/**
 * Makes every refusal take at least `leastMs`, without computing more. While accounts have hashes of other systems, a
 * refusal takes as long as their algorithm, unless all wait for the slowest: so its time tells who has an account.
 * @param leastMs 0 leaves them as they are
 */
export const withSteadyRefusals = (hasher: PasswordHasher, leastMs: number): PasswordHasher => ({
  ...hasher,
  verify: async (password, hash) => {
    if (leastMs === 0) return hasher.verify(password, hash)
    // Begun before the hash: on Workers the clock stands still while it is computed.
    const { promise: pause, resolve: end } = Promise.withResolvers<void>()
    const timer = setTimeout(end, leastMs)
    try {
      const matches = await hasher.verify(password, hash)
      if (!matches) await pause
      return matches
    } finally {
      clearTimeout(timer)
    }
  },
})
