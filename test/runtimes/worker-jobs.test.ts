import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startJobsWorker } from '../support/worker-server'
import { newAddress } from './account'
import { type MailProvider, openResend } from './mail-providers'
import { insertJobs, jobOf } from './mixed-jobs'
import { endWaits, expireActiveJobs, insertPeople, listUnfinishedMail } from './queue-rows'
import { openRealDatabase, type RealDatabase } from './real-postgres'

const resources = new AsyncDisposableStack()
let database: RealDatabase
let provider: MailProvider
let worker: Awaited<ReturnType<typeof startJobsWorker>>

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  provider = resources.use(await openResend())
  const settings = {
    ENVIRONMENT: 'test',
    SECRET: 'a secret of tests that protects nothing at all',
    ...provider.settings,
  }
  worker = await startJobsWorker({ BASE_URL: 'http://postern.test', ...settings }, database.url)
  resources.defer(worker.stop)
}, 60_000)

afterAll(() => resources.disposeAsync())

/** Queues a reset mail to somebody new. */
const queueMail = async (delaySeconds = 0): Promise<{ id: string; email: string }> => {
  const email = newAddress()
  await insertPeople(database.sql, [email])
  const job = jobOf('send-reset-mail', { email }, { delaySeconds })
  await insertJobs(database.sql, [job])
  return { id: job.id, email }
}

const mailsTo = (email: string) => provider.deliveries().filter(({ to }) => to === email)

test('in workerd cron works jobs whose delay is over, and leaves the others', async () => {
  const due = await queueMail()
  const delayed = await queueMail(3600)
  await worker.runCron()
  expect(mailsTo(due.email)).toMatchObject([{ key: due.id, times: 1 }])
  expect(mailsTo(delayed.email)).toEqual([])
  await database.sql`update pgboss.job set start_after = now() where id = ${delayed.id}`
  await worker.runCron()
  expect(mailsTo(delayed.email)).toMatchObject([{ key: delayed.id, times: 1 }])
  expect(await listUnfinishedMail(database.sql)).toEqual([])
}, 30_000)

test('in workerd cron tries again what failed, and takes back what a dead worker held', async () => {
  await provider.fail('answering 500')
  const failed = await queueMail()
  await worker.runCron()
  expect(await listUnfinishedMail(database.sql)).toMatchObject([
    { id: failed.id, state: 'retry', reason: 'resend 500 internal_server_error' },
  ])
  const held = await queueMail()
  await database.sql`update pgboss.job set state = 'active', started_on = now() where id = ${held.id}`
  await worker.runCron()
  expect(await listUnfinishedMail(database.sql)).toMatchObject([{ id: failed.id }, { id: held.id, state: 'active' }])
  await expireActiveJobs(database.sql)
  await worker.runCron()
  expect((await listUnfinishedMail(database.sql)).map(({ state }) => state)).toEqual(['retry', 'retry'])
  await provider.recover()
  await endWaits(database.sql)
  await worker.runCron()
  expect(await listUnfinishedMail(database.sql)).toEqual([])
  for (const { id, email } of [failed, held]) expect(mailsTo(email)).toMatchObject([{ key: id, times: 1 }])
}, 30_000)

const housekeeping = [
  'begin-due-erasures',
  'delete-dropped-blobs',
  'delete-expired-answers',
  'delete-expired-sessions',
  'delete-expired-tokens',
  'delete-lost-log-ins',
  'delete-old-failures',
  'delete-old-invitations',
  'delete-old-messages',
  'delete-old-operations',
  'delete-old-refusals',
  'delete-unfinished-enrolments',
  'destroy-old-personal-parts',
  'expire-exports',
  'maintain-audit-record',
  'migrate-attributes',
  'recheck-domains',
  'refresh-provider-tokens',
  'renew-seals',
  'seal-audit-record',
]

test('in workerd cron queues housekeeping once for each of its times, and does it', async () => {
  await worker.runCron()
  await worker.runCron()
  const rows = await database.sql<{ name: string; state: string; slot: string }[]>`
    select name, state::text, singleton_key as slot from pgboss.job where name in ${database.sql(housekeeping)} order by name`
  expect([...new Set(rows.map(({ name }) => name))]).toEqual(housekeeping)
  expect(rows.filter(({ state }) => state !== 'completed')).toEqual([])
  expect(new Set(rows.map(({ name, slot }) => `${name} ${slot}`)).size).toBe(rows.length)
}, 30_000)
