import * as z from 'zod'

const day = () => z.iso.date().meta({ example: '2026-11-22' })

/** The longest span, both ends counted. */
export const mostDays = 366

export const StatisticsQuery = z.strictObject({
  from: day().optional().meta({ description: 'The first day, UTC: 29 days before the last one unless said.' }),
  to: day()
    .optional()
    .meta({ description: `The last day, UTC: today unless said. ${mostDays} days at most.` }),
})
export type StatisticsQuery = z.output<typeof StatisticsQuery>

const counts = (description: string) => z.record(z.string(), z.int()).meta({ description })

const DayStatistics = z.object({
  date: day(),
  signUps: z.int().meta({ description: 'People who registered, by whatever way.' }),
  created: z.int().meta({ description: 'Accounts that staff or an import made.' }),
  signIns: counts('Log-ins that succeeded, by method.'),
  failures: counts('Log-ins that failed, by reason; `second_factor` for those that failed at it.'),
  activeUsers: z.int().meta({ description: 'Different people who logged in or refreshed a session that day.' }),
})

export const Statistics = z
  .object({
    from: day(),
    to: day(),
    days: z.array(DayStatistics),
    activeUsers: z.int().meta({ description: 'Different people who did so on any of these days.' }),
    totals: z
      .object({ users: z.int(), unverified: z.int(), banned: z.int(), closed: z.int() })
      .meta({ description: 'How many accounts there are now.' }),
  })
  .meta({ id: 'Statistics' })
export type Statistics = z.output<typeof Statistics>

/** What happened so often on a day. `detail` is the method or the reason. */
export interface CountRow {
  day: string
  type: string
  detail: string | null
  count: number
}

type Day = Statistics['days'][number]

const emptyDay = (date: string): Day => ({ date, signUps: 0, created: 0, signIns: {}, failures: {}, activeUsers: 0 })

const addCount = (day: Day, { type, detail, count }: CountRow): void => {
  const named = detail ?? 'unknown'
  if (type === 'account.registered') day.signUps += count
  if (type === 'account.created') day.created += count
  if (type === 'login.succeeded') day.signIns[named] = count
  if (type === 'login.failed') day.failures[named] = count
  if (type === 'second_factor.failed') day.failures.second_factor = (day.failures.second_factor ?? 0) + count
}

/** Each of `dates` with what was counted on it. */
export const toDays = (
  dates: string[],
  counted: CountRow[],
  active: { day: string | null; count: number }[],
): Day[] => {
  const days = new Map(dates.map((date) => [date, emptyDay(date)]))
  for (const row of counted) {
    const day = days.get(row.day)
    if (day) addCount(day, row)
  }
  for (const { day: date, count } of active) {
    const day = days.get(date ?? '')
    if (day) day.activeUsers = count
  }
  return [...days.values()]
}
