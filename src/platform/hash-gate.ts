import { retryAfter } from '#core/problem'
import { overloaded } from '#core/problems'

export interface HashGateOptions {
  /** How many hashes run at a time. */
  concurrent: number
  /** How many more may wait; the next caller gets a 503. */
  waiting: number
}

/**
 * Lets a bounded number of hashes run at once and a bounded number wait, in order. Throws `overloaded` past both:
 * an answer now beats an answer that nobody waits for any more.
 */
export const createHashGate = ({ concurrent, waiting }: HashGateOptions) => {
  let running = 0
  const queue: (() => void)[] = []
  const run = async <T>(work: () => T | Promise<T>): Promise<T> => {
    if (running >= concurrent) {
      if (queue.length >= waiting) throw overloaded(retryAfter(2))
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }
  return Object.assign(run, { load: () => ({ running, waiting: queue.length }) })
}
