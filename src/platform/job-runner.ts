import { describeError } from '#core/describe-error'
import type { Platform } from '#core/platform'

export interface JobRunnerOptions {
  /** How many jobs are worked at a time. */
  lanes: number
  /** Takes one job and gives what works it; undefined when none is due. */
  takeNext: () => Promise<(() => Promise<void>) | undefined>
  log: Platform['log']
}

/**
 * Works jobs while there are some. It begins with one lane; each lane that takes a job wakes another before it
 * works, so that a slow job never holds up the next.
 */
export const createJobRunner = ({ lanes, takeNext, log }: JobRunnerOptions) => {
  const running = new Set<Promise<void>>()
  let stopped = false
  let missedWake = false

  const runLane = async (): Promise<void> => {
    try {
      while (!stopped) {
        const work = await takeNext()
        if (!work) return
        wake()
        await work()
      }
    } catch (error) {
      log({ level: 'error', message: 'jobs can’t be worked', cause: describeError(error) })
    }
  }

  /** Looks for jobs, if there is a free lane; a wake while all are busy is not forgotten. */
  const wake = (): void => {
    if (stopped) return
    missedWake = running.size >= lanes
    if (missedWake) return
    const lane = runLane().finally(() => {
      running.delete(lane)
      if (missedWake) wake()
    })
    running.add(lane)
  }

  /** Resolves when no job is under way and none is due. */
  const settled = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running)
  }

  return {
    wake,
    settled,
    /** Takes no more jobs; resolves when those under way are done. */
    stop: (): Promise<void> => {
      stopped = true
      return settled()
    },
  }
}
