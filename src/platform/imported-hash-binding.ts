import type { VerifyImported } from '#core/imported-hashes'
import { retryAfter } from '#core/problem'
import { overloaded } from '#core/problems'

/** A Worker that another one is bound to. */
export interface BoundWorker {
  fetch(url: string, init: RequestInit): Promise<Response>
}

export interface BoundVerifierOptions {
  /** How many verifications may be under way; the next caller gets a 503. */
  concurrent?: number
  deadlineMs?: number
}

/**
 * Asks the bound Worker, which answers by `answerImportedHash`. Throws `overloaded` when too many ask, and when it
 * does not answer in time: an outage must not look like a wrong password.
 */
export const createBoundVerifier = (
  worker: BoundWorker,
  { concurrent = 8, deadlineMs = 5_000 }: BoundVerifierOptions = {},
): VerifyImported => {
  // Not a counter: a request that is cancelled never gets to count itself out, but its deadline passes all the same.
  const deadlines = new Set<{ at: number }>()
  return async (password, hash) => {
    for (const deadline of deadlines) if (deadline.at <= Date.now()) deadlines.delete(deadline)
    if (deadlines.size >= concurrent) throw overloaded(retryAfter(2))
    const deadline = { at: Date.now() + deadlineMs }
    deadlines.add(deadline)
    try {
      const response = await worker.fetch('https://imported-hash/', {
        method: 'POST',
        body: JSON.stringify([password, hash]),
        signal: AbortSignal.timeout(deadlineMs),
      })
      const answer: unknown = await response.json()
      if (!response.ok || typeof answer !== 'boolean') throw new Error('The bound Worker answered nonsense.')
      return answer
    } catch (cause) {
      throw overloaded({ ...retryAfter(2), cause })
    } finally {
      deadlines.delete(deadline)
    }
  }
}
