import type { LimitUse, LimitVerdict, RateLimiter } from '#core/platform'

/** A use as `admit` makes it; a key without a name is nobody else's, in whatever Redis. */
export const useOf = (use: Partial<LimitUse> = {}): LimitUse => ({
  name: 'sendMail',
  key: `sendMail:${crypto.randomUUID()}`,
  limit: 3,
  windowSeconds: 60,
  ...use,
})

/** Takes the same uses so many times at once. */
export const takeAtOnce = (limiters: RateLimiter[], uses: LimitUse[], times: number): Promise<LimitVerdict[]> =>
  Promise.all(
    Array.from({ length: times }, (_, index) => {
      const limiter = limiters[index % limiters.length]
      return limiter ? limiter.take(uses) : Promise.reject(new Error('There is no limiter.'))
    }),
  )

/** How many verdicts there are of each outcome. */
export const tally = (verdicts: { outcome: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { outcome } of verdicts) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** The most instants in any stretch of so many milliseconds, its end left out. */
export const mostInStretch = (instants: number[], milliseconds: number): number => {
  const sorted = instants.toSorted((a, b) => a - b)
  const counts = sorted.map((start) => sorted.filter((at) => at >= start && at < start + milliseconds).length)
  return Math.max(0, ...counts)
}
