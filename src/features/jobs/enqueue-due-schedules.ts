import { CronExpressionParser } from 'cron-parser'
import type { Config } from '#core/config'
import type { CoreContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { enqueueScheduled } from './queries'

interface Schedule {
  cron: string
  enqueue: ReturnType<typeof enqueueScheduled>
  /** Whether there is anything to do, as the settings say; unless said, there is. */
  isWanted?: (config: Config) => boolean
}

/** When housekeeping is due, in cron's fields, UTC, six where it begins with seconds; apart from each other, so that they don't compete. */
const schedules: Schedule[] = [
  { cron: '*/10 * * * *', enqueue: enqueueScheduled('delete-expired-tokens') },
  { cron: '* * * * *', enqueue: enqueueScheduled('begin-due-erasures') },
  { cron: '12 * * * *', enqueue: enqueueScheduled('expire-exports') },
  { cron: '5 * * * *', enqueue: enqueueScheduled('delete-expired-sessions') },
  { cron: '15 * * * *', enqueue: enqueueScheduled('delete-expired-answers') },
  { cron: '25 * * * *', enqueue: enqueueScheduled('delete-old-failures') },
  { cron: '55 * * * *', enqueue: enqueueScheduled('delete-lost-log-ins') },
  { cron: '30 * * * *', enqueue: enqueueScheduled('delete-old-invitations') },
  { cron: '3-59/5 * * * *', enqueue: enqueueScheduled('refresh-provider-tokens') },
  { cron: '35 * * * *', enqueue: enqueueScheduled('delete-old-messages') },
  { cron: '45 * * * *', enqueue: enqueueScheduled('delete-unfinished-enrolments') },
  { cron: '8-59/10 * * * *', enqueue: enqueueScheduled('migrate-attributes') },
  { cron: '50 * * * *', enqueue: enqueueScheduled('renew-seals') },
  { cron: '20 * * * *', enqueue: enqueueScheduled('destroy-old-personal-parts') },
  { cron: '48 * * * *', enqueue: enqueueScheduled('recheck-domains') },
  { cron: '40 * * * *', enqueue: enqueueScheduled('delete-dropped-blobs') },
  { cron: '28 * * * *', enqueue: enqueueScheduled('delete-old-operations') },
  {
    cron: '*/15 * * * * *',
    enqueue: enqueueScheduled('stream-audit-record'),
    isWanted: ({ AUDIT_WEBHOOK_URL: webhook, AUDIT_SYSLOG_URL: syslog }) => (webhook ?? syslog) !== undefined,
  },
  { cron: '* * * * *', enqueue: enqueueScheduled('seal-audit-record') },
  { cron: '38 3 * * *', enqueue: enqueueScheduled('maintain-audit-record') },
  { cron: '22 * * * *', enqueue: enqueueScheduled('delete-old-refusals') },
]

/** Queues each scheduled job whose time has come; workers that do so at once queue it once. */
export async function enqueueDueSchedules(ctx: CoreContext): Promise<void> {
  for (const { cron, enqueue, isWanted } of schedules) {
    if (isWanted && !isWanted(ctx.config)) continue
    const event = eventValues(ctx)
    const slot = CronExpressionParser.parse(cron, { currentDate: event.now, tz: 'UTC' }).prev().toISOString()
    await enqueue(ctx.db, { ...event, jobId: ctx.ids.next(), slot: slot ?? cron })
  }
}
