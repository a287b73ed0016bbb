import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import type { Retention } from './contract'
import { announceExpiry, dropExpired, findAnnouncement, findExpired, makePartitions } from './retention-queries'
import { retentions } from './seal-names'

/** So many months are ready before they begin. */
const monthsAhead = 3

/** What is over is announced in the record itself; once that is sealed, the next run drops it. */
const expire = async (ctx: JobContext, retention: Retention): Promise<void> => {
  const [expired] = await findExpired(ctx.db, { retention })
  if (!expired?.before || expired.count === 0) return
  const { count } = expired
  const before = expired.before.toISOString()
  const [announcement] = await findAnnouncement(ctx.db, { retention, before })
  if (!announcement) await announceExpiry(ctx.db, { ...eventValues(ctx), retention, before, count })
  else if (announcement.isSealed) await dropExpired(ctx.db, { retention, before })
}

/** Makes the months of the record that come, and drops those whose time is over (see the table `audit_retention`). */
export async function maintainAuditRecord(ctx: JobContext): Promise<JobOutcome> {
  await makePartitions(ctx.db, { now: ctx.clock.now(), months: monthsAhead })
  for (const retention of retentions) await expire(ctx, retention)
  return completed
}
