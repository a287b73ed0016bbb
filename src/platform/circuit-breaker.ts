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
  let openUntil = 0
  const now = () => clock.now().getTime()
  return {
    run: async (work) => {
      if (failures >= mostFailures) {
        if (now() < openUntil) throw new CircuitOpen()
        openUntil = now() + pauseMs
      }
      try {
        const result = await work()
        failures = 0
        return result
      } catch (error) {
        failures = isFailure(error) ? failures + 1 : 0
        openUntil = now() + pauseMs
        throw error
      }
    },
  }
}
