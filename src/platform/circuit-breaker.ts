import type { Clock } from '#core/platform'

export interface BreakerOptions {
  clock: Clock
  /** After so many failures in a row nobody waits for the dependency any more. */
  mostFailures?: number
  /** How long nobody does; then one caller at a time tries. */
  pauseMs?: number
  /** Whether what was thrown says that the dependency is away; all does unless said. */
  isFailure?: (error: unknown) => boolean
}

/** What is thrown instead of asking a dependency that is away. */
export class CircuitOpen extends Error {
  override name = 'CircuitOpen'
}

export interface Breaker {
  /** Runs `work` unless it has failed too often just now. Throws `CircuitOpen` at once then, or what `work` throws. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Stops waiting for a dependency that is away. It holds times and no promises, since on Workers a request must not wait
 * for what another one does: a caller that tries and is cancelled leaves nothing behind, and the next one tries after
 * the same pause. That is why it is no library's.
 */
export const createBreaker = ({
  clock,
  mostFailures = 3,
  pauseMs = 1000,
  isFailure = () => true,
}: BreakerOptions): Breaker => {
  let failures = 0
  let answers = 0
  let openUntil = 0
  const now = () => clock.now().getTime()
  const noteAnswer = () => {
    failures = 0
    answers += 1
  }
  return {
    run: async (work) => {
      if (failures >= mostFailures) {
        if (now() < openUntil) throw new CircuitOpen()
        openUntil = now() + pauseMs
      }
      const before = answers
      try {
        const result = await work()
        noteAnswer()
        return result
      } catch (error) {
        if (!isFailure(error)) noteAnswer()
        // Who gets none while others do has met something else than an outage.
        else if (answers === before) failures += 1
        openUntil = now() + pauseMs
        throw error
      }
    },
  }
}
