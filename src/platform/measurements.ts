import type { Measurements } from '#core/measurements'
import type { Clock } from '#core/platform'
import type { Registry } from './metric-registry'
import { writeMeasurements } from './prometheus'

/** Whoever collects has a deadline too, and gets then what is known without. */
const mostWaitMs = 1000

const within = async (work: Promise<void>): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, mostWaitMs)
  })
  await Promise.race([work, deadline])
  clearTimeout(timer)
}

/**
 * What a registry holds, for whoever collects it.
 * @param sample says how things stand that cost nothing to look at, just before they are written
 */
export const createMeasurements = (registry: Registry, clock: Clock, sample: () => void): Measurements => {
  const asked = new Map<string, { at: number; work: Promise<void> }>()
  return {
    refresh: (names, seconds, read) => {
      const key = names.join()
      const now = clock.now().getTime()
      const last = asked.get(key)
      if (last && now - last.at < seconds * 1000) return within(last.work)
      const forget = () => names.forEach(registry.clear)
      const work = read().then((say) => {
        forget()
        say(registry.set)
      }, forget)
      asked.set(key, { at: now, work })
      return within(work)
    },
    write: (format) => {
      sample()
      return writeMeasurements(registry.list(), format)
    },
  }
}
