import type { Platform } from '#core/platform'
import { rootCause } from '#core/problem'

/** A failure as a log may show it. */
const describe = (error: unknown) => {
  const cause = rootCause(error)
  return cause instanceof Error ? cause.stack : undefined
}

/** Collects work that goes on after its answer; a failure is logged, never lost in silence. */
export const createBackground = (log: Platform['log']) => {
  const pending = new Set<Promise<unknown>>()
  return {
    run: (work: Promise<unknown>): void => {
      const watched = work
        .catch((error: unknown) => log({ level: 'error', message: 'background work failed', cause: describe(error) }))
        .finally(() => pending.delete(watched))
      pending.add(watched)
    },
    /** Resolves when nothing is under way any more. */
    settled: async (): Promise<void> => {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}
