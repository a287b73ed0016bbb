import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { enqueueJob } from '../jobs/fragments'

/**
 * Queues a mail to an address without a look at who has it: the same statement, cost and answer for everyone. Whether
 * there is anything to send, the job finds out.
 */
const queueMail = (queue: 'send-verification-mail' | 'send-reset-mail' | 'send-log-in-mail') =>
  statement<EventValues & { jobId: string; email: string }, never>((value) =>
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
