import { describeError } from '#core/describe-error'
import type { Platform } from '#core/platform'

/** Collects work that goes on after its answer; a failure is logged, never lost in silence. */
export const createBackground = (log: Platform['log']) => {
  const pending = new Set<Promise<unknown>>()
  return {
    run: (work: Promise<unknown>): void => {
      const watched = work
        .catch((error: unknown) =>
          log({ level: 'error', message: 'background work failed', cause: describeError(error) }),
        )
        .finally(() => pending.delete(watched))
      pending.add(watched)
    },
    /** Resolves when nothing is under way any more. */
    settled: async (): Promise<void> => {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
