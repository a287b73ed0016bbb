import type { Sql } from 'postgres'
import type { Settings } from '../support/bun-server'
import type { MailProvider } from './mail-providers'
import { newAddresses } from './mailed-links'
import { insertJobs, jobOf } from './mixed-jobs'
import { insertPeople, listUnfinishedMail, waitUntil } from './queue-rows'
import { startWorker } from './server-process'

export interface PoisonJobs {
  /** Whose payload is not of their queue. */
  unreadable: string[]
  /** Whose mail is sealed with a SECRET that is gone: every try fails. */
  unsealable: string[]
}

const eachKind = 4

/** Mails that were begun under a SECRET that their next worker does not know, since the provider was down. */
const insertUnsealable = async (sql: Sql, provider: MailProvider, settings: Settings): Promise<string[]> => {
  const people = newAddresses(eachKind)
  await insertPeople(sql, people)
  const jobs = people.map((email) => jobOf('send-reset-mail', { email }))
  await provider.fail('answering 500')
  await insertJobs(sql, jobs)
  const worker = await startWorker({ ...settings, SECRET: 'a secret that is forgotten before the mail is sent' })
  await waitUntil(async () => (await listUnfinishedMail(sql)).every(({ retryCount }) => retryCount > 0), 20)
  await worker.stop('SIGTERM')
  await provider.recover()
  return jobs.map(({ id }) => id)
}

/** Queues jobs that can't be done. They come first, so whatever they block is seen. */
export const insertPoison = async (sql: Sql, provider: MailProvider, settings: Settings): Promise<PoisonJobs> => {
  const unsealable = await insertUnsealable(sql, provider, settings)
  const job = jobOf('send-log-in-mail', { email: '' })
  const other = jobOf('delete-old-messages', {})
  const misfits = [null, 'not an object', { payload: { email: '' } }, other.data]
  const unreadable = misfits.map((data) => ({ ...job, id: crypto.randomUUID(), data, priority: 100 }))
  await insertJobs(sql, unreadable)
  return { unreadable: unreadable.map(({ id }) => id), unsealable }
}

export interface DeadLetter {
  sourceId: string
  reason: string | null
}

export const listDeadLetters = (sql: Sql): Promise<DeadLetter[]> =>
  sql<DeadLetter[]>`
    select source_id as "sourceId", source_output ->> 'reason' as reason from pgboss.job
    where name = 'dead-letters' and state < 'completed' order by created_on, id`
