import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { enqueueJob } from '../jobs/fragments'

/**
 * Queues a mail to an address without a look at who has it: the same statement, cost and answer for everyone. Whether
 * there is anything to send, the job finds out.
 */
const queueMail = (queue: 'send-verification-mail' | 'send-reset-mail' | 'send-log-in-mail') =>
  statement<EventValues & { jobId: string; email: string }, never>(`queueMail:${queue}`, (value) =>
    enqueueJob(value, {
      queue,
      id: value.jobId,
      from: sql`(select 1) once`,
      payload: { email: sql`${value.email}::text` },
    }),
  )

export const queueVerificationMail = queueMail('send-verification-mail')
export const queueResetMail = queueMail('send-reset-mail')
export const queueLogInMail = queueMail('send-log-in-mail')

/** Queues the mail that says how to take back the closing of an account, once for each job that wants it. */
export const queueClosedMail = statement<EventValues & { jobId: string; userId: string; cause: string }, never>(
  'queueClosedMail',
  (value) =>
    enqueueJob(value, {
      queue: 'send-closed-mail',
      id: value.jobId,
      from: sql`(select 1) once`,
      payload: { userId: sql`${value.userId}::uuid` },
      idempotencyKey: sql`${value.cause}::text`,
    }),
)
