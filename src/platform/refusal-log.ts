import type { Clock, Platform } from '#core/platform'
import type { Refusal, RefusalLog } from '#core/refusals'
import { createRefusalBudget } from './refusal-budget'

const everyMs = 1000

interface Parts {
  clock: Clock
  log: Platform['log']
  write(refusals: Refusal[]): Promise<unknown>
}

/** Keeps refusals in this process for a second, and then writes all of them at once. What can't be written is lost. */
export const createRefusalLog = ({ clock, log, write }: Parts): RefusalLog & { close(): Promise<void> } => {
  const mayKeep = createRefusalBudget(clock)
  let waiting: Refusal[] = []
  let leftOut = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing = Promise.resolve()

  const flush = async (): Promise<void> => {
    timer = undefined
    const [refusals, count] = [waiting, leftOut]
    waiting = []
    leftOut = 0
    if (count > 0) log({ level: 'info', message: 'refusals left out', count })
    if (refusals.length === 0) return
    await write(refusals).catch(() => log({ level: 'warn', message: 'refusals lost', count: refusals.length }))
  }

  const flushInTurn = (): Promise<void> => {
    writing = writing.then(flush)
    return writing
  }

  return {
    note: (refusal) => {
      if (mayKeep()) waiting.push(refusal)
      else leftOut += 1
      timer ??= setTimeout(flushInTurn, everyMs)
    },
    close: () => {
      clearTimeout(timer)
      return flushInTurn()
    },
  }
}
