import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { addSeconds } from '../sessions/new-session'
import { advanceHorizon } from './advance-horizon'
import { type RecordView, toRecordView } from './search-contract'
import { sendToWebhook } from './send-to-webhook'
import { listRecordsAfter, moveStream, noteStreamFailure, takeStream } from './stream-queries'
import { writeSyslog } from './write-syslog'

const mostRecords = 500
/** No batch is begun after that; the next run goes on. */
const mostSeconds = 10
/** A destination that failed is left alone for so long. */
const pauseSeconds = 60
/** Whoever took it and said nothing for so long is dead: longer than any batch takes. */
const leaseSeconds = 90
const mostReason = 200

interface Destination {
  name: string
  /** Resolves once it has them; throws otherwise. */
  send(records: RecordView[]): Promise<void>
}

const destinationsOf = (ctx: JobContext): Destination[] => {
  const { AUDIT_WEBHOOK_URL: url, AUDIT_WEBHOOK_SECRET: secret, BASE_URL } = ctx.config
  const { syslog } = ctx
  const host = new URL(BASE_URL).hostname
  return [
    ...(url && secret
      ? [{ name: 'webhook', send: (records: RecordView[]) => sendToWebhook(ctx, { url, secret }, records) }]
      : []),
    ...(syslog
      ? [
          {
            name: 'syslog',
            send: (records: RecordView[]) => syslog.send(records.map((record) => writeSyslog(record, host))),
          },
        ]
      : []),
  ]
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : 'Something was thrown that is no error.').slice(
    0,
    mostReason,
  )

const sendOn = async (ctx: JobContext, upTo: number, { name: destination, send }: Destination): Promise<void> => {
  const startedAt = ctx.clock.now()
  const [held] = await takeStream(ctx.db, {
    destination,
    now: startedAt,
    failedBefore: addSeconds(startedAt, -pauseSeconds),
    heldBefore: addSeconds(startedAt, -leaseSeconds),
  })
  for (let position = held?.position; position !== undefined; ) {
    const from = String(position)
    const rows = await listRecordsAfter(ctx.db, { position: from, limit: mostRecords })
    const records = rows.filter((row) => row.position <= upTo).map(toRecordView)
    const failure = records.length === 0 ? undefined : await send(records).then(() => undefined, reasonOf)
    const now = ctx.clock.now()
    if (failure !== undefined) {
      ctx.log({ level: 'warn', message: 'the audit record can’t be sent on', destination, reason: failure })
      await noteStreamFailure(ctx.db, { destination, now, from, failure })
      return
    }
    const isOver = records.length < mostRecords || now >= addSeconds(startedAt, mostSeconds)
    const to = String(records.at(-1)?.position ?? position)
    const [moved] = await moveStream(ctx.db, { destination, now, from, to, isOver })
    position = isOver ? undefined : moved?.position
  }
}

/**
 * Sends the record on to each destination that the settings name, in order, as far as it is complete, and each record at
 * least once: how far a destination has it is noted only when it said so. One that fails holds up no other; it is tried
 * again after a minute, from where it stands.
 */
export async function streamAuditRecord(ctx: JobContext): Promise<JobOutcome> {
  const upTo = await advanceHorizon(ctx)
  await Promise.all(destinationsOf(ctx).map((destination) => sendOn(ctx, upTo, destination)))
  return completed
}
