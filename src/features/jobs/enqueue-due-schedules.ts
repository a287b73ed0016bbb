import { CronExpressionParser } from 'cron-parser'
import type { CoreContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { enqueueScheduled } from './queries'

/** When housekeeping is due, in cron's five fields, UTC; apart from each other, so that they don't compete. */
const schedules = [
  { cron: '*/10 * * * *', enqueue: enqueueScheduled('delete-expired-tokens') },
  { cron: '5 * * * *', enqueue: enqueueScheduled('delete-expired-sessions') },
  { cron: '15 * * * *', enqueue: enqueueScheduled('delete-expired-answers') },
  { cron: '25 * * * *', enqueue: enqueueScheduled('delete-old-failures') },
  { cron: '55 * * * *', enqueue: enqueueScheduled('delete-lost-log-ins') },
  { cron: '3-59/5 * * * *', enqueue: enqueueScheduled('refresh-provider-tokens') },
  { cron: '35 * * * *', enqueue: enqueueScheduled('delete-old-messages') },
  { cron: '45 * * * *', enqueue: enqueueScheduled('delete-unfinished-enrolments') },
  { cron: '50 * * * *', enqueue: enqueueScheduled('renew-totp-seals') },
]

/** Queues each scheduled job whose time has come; workers that do so at once queue it once. */
export async function enqueueDueSchedules(ctx: CoreContext): Promise<void> {
  for (const { cron, enqueue } of schedules) {
    const event = eventValues(ctx)
    const slot = CronExpressionParser.parse(cron, { currentDate: event.now, tz: 'UTC' }).prev().toISOString()
    await enqueue(ctx.db, { ...event, jobId: ctx.ids.next(), slot: slot ?? cron })
  }
}
