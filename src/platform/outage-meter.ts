import type { Clock, Outage, OutageMeter } from '#core/platform'

/** Counts in this process or isolate. There are as many entries as dependencies and modes. */
export const createOutageMeter = (clock: Clock): OutageMeter => {
  const outages = new Map<string, Outage>()
  return {
    note: (dependency, mode) => {
      const key = `${dependency}:${mode}`
      const now = clock.now()
      const known = outages.get(key) ?? { dependency, mode, count: 0, firstAt: now, lastAt: now }
      outages.set(key, { ...known, count: known.count + 1, lastAt: now })
    },
    list: () => [...outages.values()],
  }
}
