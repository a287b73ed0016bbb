import type { Clock, LimitUse, LimitVerdict, RateLimiter } from '#core/platform'
import { createBreaker } from './circuit-breaker'
import type { BoundWorker } from './imported-hash-binding'

/** How much longer than Redis itself the Worker that asks it may take, its own start included. */
const slackMs = 300

/** The bound Worker is ours, so whatever has an outcome is a verdict. */
const isVerdict = (answer: unknown): answer is LimitVerdict =>
  typeof answer === 'object' && answer !== null && 'outcome' in answer

/**
 * Asks the bound Worker, which counts in Redis: so the client of Redis weighs nothing in this one. Without an answer in
 * time it is `unavailable`.
 */
export const createBoundLimiter = (
  worker: BoundWorker,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): RateLimiter => {
  const breaker = createBreaker({ clock })
  const ask = async (uses: LimitUse[]): Promise<LimitVerdict> => {
    const response = await worker.fetch('https://limits/', {
      method: 'POST',
      body: JSON.stringify(uses),
      signal: AbortSignal.timeout(timeoutMs + slackMs),
    })
    const answer: unknown = await response.json()
    if (!isVerdict(answer)) throw new Error('The bound Worker answered nonsense.')
    return answer
  }
  return { take: (uses) => breaker.run(() => ask(uses)).catch(() => ({ outcome: 'unavailable' })) }
}
