import type { LimitState, LimitVerdict } from '#core/platform'

/** What became of a request, by how its limits stand: one that is refused waits for the last of those that are used up. */
export const toVerdict = (isAdmitted: boolean, limits: LimitState[]): LimitVerdict => {
  if (isAdmitted) return { outcome: 'admitted', limits }
  const [by] = limits.filter(({ remaining }) => remaining === 0).toSorted((a, b) => b.resetSeconds - a.resetSeconds)
  if (!by) throw new Error('A request was refused although no limit is used up.')
  return { outcome: 'refused', limits, by }
}
