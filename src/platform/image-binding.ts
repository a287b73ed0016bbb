import type { ImageRenderer } from '#core/images'
import { retryAfter } from '#core/problem'
import { overloaded } from '#core/problems'
import type { BoundWorker } from './imported-hash-binding'
import { readRendered } from './rendered-avatar'

export interface BoundImagesOptions {
  /** How many images may be under way; the next caller gets a 503. */
  concurrent?: number
  deadlineMs?: number
}

/**
 * Asks the bound Worker, which answers by `answerImage`. Throws `overloaded` when too many ask, and when it does not answer
 * in time or runs out of what it may take.
 */
export const createBoundImages = (
  worker: BoundWorker,
  { concurrent = 2, deadlineMs = 20_000 }: BoundImagesOptions = {},
): ImageRenderer => {
  // Not a counter: a request that is cancelled never gets to count itself out, but its deadline passes all the same.
  const deadlines = new Set<{ at: number }>()
  return {
    renderAvatar: async (image) => {
      for (const deadline of deadlines) if (deadline.at <= Date.now()) deadlines.delete(deadline)
      if (deadlines.size >= concurrent) throw overloaded(retryAfter(2))
      const deadline = { at: Date.now() + deadlineMs }
      deadlines.add(deadline)
      try {
        const response = await worker.fetch('https://image/', {
          method: 'POST',
          body: image,
          signal: AbortSignal.timeout(deadlineMs),
        })
        if (!response.ok) throw new Error(`The bound Worker answered ${response.status}.`)
        return readRendered(await response.text())
      } catch (cause) {
        throw overloaded({ ...retryAfter(2), cause })
      } finally {
        deadlines.delete(deadline)
      }
    },
  }
}
