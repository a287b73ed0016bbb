import type { Context } from '#core/context'
import { invalidFields } from '#core/problems'
import { requireStaff } from './require-staff'
import { mostDays, type Statistics, type StatisticsQuery, toDays } from './statistics-contract'
import { countAccounts, countActiveUsers, countEvents } from './statistics-queries'

const usualDays = 30
const dayMilliseconds = 86_400_000

const startOf = (date: string): Date => new Date(`${date}T00:00:00.000Z`)
const dateOf = (at: Date): string => at.toISOString().slice(0, 10)
const addDays = (at: Date, days: number): Date => new Date(at.getTime() + days * dayMilliseconds)

const invalidSpan = (message: string) => invalidFields([{ pointer: '/from', code: 'invalid_span', message }])

const daysFrom = (from: Date, to: Date): string[] => {
  const count = Math.round((to.getTime() - from.getTime()) / dayMilliseconds) + 1
  if (count < 1) throw invalidSpan('Give a first day that is not after the last one.')
  if (count > mostDays) throw invalidSpan(`Ask for ${mostDays} days at most.`)
  return Array.from({ length: count }, (_, index) => dateOf(addDays(from, index)))
}

/**
 * Sign-ups, log-ins by method, failures by reason and active people of each day, and how many accounts there are. Throws
 * `unauthenticated`, `session-revoked`, `not-found`, `insufficient-user-authentication`, `missing-permission`,
 * `invalid-request`.
 */
export async function getStatistics(ctx: Context, query: StatisticsQuery): Promise<Statistics> {
  await requireStaff(ctx, 'statistics:read')
  const to = startOf(query.to ?? dateOf(ctx.clock.now()))
  const from = query.from === undefined ? addDays(to, 1 - usualDays) : startOf(query.from)
  const dates = daysFrom(from, to)
  const span = { from, to: addDays(to, 1) }
  const [counted, active, [totals]] = await Promise.all([
    countEvents(ctx.db, span),
    countActiveUsers(ctx.db, span),
    countAccounts(ctx.db, {}),
  ])
  if (!totals) throw new Error('A count has no row.')
  return {
    from: dateOf(from),
    to: dateOf(to),
    days: toDays(dates, counted, active),
    activeUsers: active.find(({ day }) => day === null)?.count ?? 0,
    totals,
  }
}
