import type { NamedArchive } from './archive-names'

/** How many are kept of each kind; 0 keeps none for that reason. */
export interface Retention {
  last: number
  daily: number
  weekly: number
  monthly: number
}

const dayMilliseconds = 24 * 60 * 60 * 1000

/** The Monday that a week of ISO 8601 begins with. */
const mondayOf = (moment: Date): string => {
  const sinceMonday = (moment.getUTCDay() + 6) % 7
  return new Date(moment.getTime() - sinceMonday * dayMilliseconds).toISOString().slice(0, 10)
}

/** Which day, week or month a moment is of, in UTC. */
const periodOf = {
  daily: (moment: Date) => moment.toISOString().slice(0, 10),
  weekly: mondayOf,
  monthly: (moment: Date) => moment.toISOString().slice(0, 7),
}

/** The newest of each of the last periods in which there is one. */
const newestOfEach = (newestFirst: readonly NamedArchive[], period: (moment: Date) => string, count: number) => {
  const newest = new Map<string, NamedArchive>()
  for (const archive of newestFirst) {
    const name = period(archive.createdAt)
    if (!newest.has(name)) newest.set(name, archive)
  }
  return [...newest.values()].slice(0, count)
}

/**
 * Which archives are kept for no reason any more: not among the last ones, nor the newest of one of the last days, weeks (from
 * Monday) or months in which there is one, in UTC. The newest of all is kept whatever is asked.
 */
export const chooseExpired = (archives: readonly NamedArchive[], { last, ...periods }: Retention): NamedArchive[] => {
  const newestFirst = archives.toSorted(
    (a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.name < b.name ? 1 : -1),
  )
  const kept = new Set([
    ...newestFirst.slice(0, Math.max(1, last)),
    ...newestOfEach(newestFirst, periodOf.daily, periods.daily),
    ...newestOfEach(newestFirst, periodOf.weekly, periods.weekly),
    ...newestOfEach(newestFirst, periodOf.monthly, periods.monthly),
  ])
  return newestFirst.filter((archive) => !kept.has(archive))
}
