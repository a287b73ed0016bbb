import { afterAll, beforeAll, expect, test } from 'bun:test'
import { deadLetterQueue, deadLetterSeconds, queues } from '#core/queues'
import type { Database } from '#db/database'
import { installQueues, openQueue } from '#platform/pg-boss'
import { openEmptyDatabase } from './test-database'

const timeoutMs = 60_000
const queue = 'send-reset-mail'

let db: Database
let close: () => Promise<void>

beforeAll(async () => {
  ;({ db, close } = await openEmptyDatabase())
}, timeoutMs)

afterAll(() => close())

const insertJob = async (): Promise<string> => {
  const id = crypto.randomUUID()
  const columns = 'id, name, data, policy, dead_letter, retry_backoff, retry_limit, retry_delay, retry_delay_max'
  const values = `'{"payload": {"text": "it’s \\"one\\""}}', 'standard', '${deadLetterQueue}', true, 3, 1, 900`
  await db.run(`insert into pgboss.job (${columns}) select $1::uuid, $2, ${values}`, [id, queue], 'objects')
  return id
}

const listQueues = () =>
  db.run(
    `select name, retry_limit, retry_delay, retry_delay_max, retry_backoff, expire_seconds, retention_seconds,
      deletion_seconds, dead_letter, policy
    from pgboss.queue where name not like '\\_\\_%' order by name`,
    [],
    'objects',
  )

const installed = Object.entries(queues)
  .toSorted(([a], [b]) => a.localeCompare(b))
  .map(([name, policy]) => ({
    name,
    retry_limit: policy.retryLimit,
    retry_delay: policy.retryDelaySeconds,
    retry_delay_max: policy.retryDelayMaxSeconds,
    retry_backoff: true,
    expire_seconds: policy.expireSeconds,
    retention_seconds: policy.retentionSeconds,
    deletion_seconds: policy.deletionSeconds,
    dead_letter: deadLetterQueue,
    policy: 'standard',
  }))

test('a queue without its schema throws at each use, and works as soon as the schema is there', async () => {
  const jobs = openQueue(db)
  await expect(jobs.fetch(queue)).rejects.toThrow()
  await expect(jobs.maintain()).rejects.toThrow()
  await installQueues(db)
  expect(await jobs.fetch(queue)).toBeUndefined()
  const id = await insertJob()
  expect(await jobs.fetch(queue)).toMatchObject({ id })
  await jobs.close()
})

test('each queue is installed with its policy, and dead letters wait for long', async () => {
  const rows = await listQueues()
  expect(rows).toHaveLength(installed.length + 1)
  expect(rows).toEqual(expect.arrayContaining(installed))
  expect(rows).toContainEqual(
    expect.objectContaining({ name: deadLetterQueue, retention_seconds: deadLetterSeconds, dead_letter: null }),
  )
})

test('installing again corrects a policy and keeps the jobs', async () => {
  const id = await insertJob()
  await db.run(`update pgboss.queue set retry_limit = 1, expire_seconds = 5 where name = $1`, [queue], 'objects')
  await installQueues(db)
  expect(await listQueues()).toEqual(expect.arrayContaining(installed))
  expect(await db.run('select state::text from pgboss.job where id = $1', [id], 'objects')).toEqual([
    { state: 'created' },
  ])
  await db.run('delete from pgboss.job', [], 'objects')
})

test('a fetched job comes with its payload as it was put in, and the number of its try', async () => {
  const jobs = openQueue(db)
  const id = await insertJob()
  const job = await jobs.fetch(queue)
  expect(job).toEqual({ id, queue, payload: { payload: { text: 'it’s "one"' } }, retryCount: 0 })
  expect(await jobs.fetch(queue)).toBeUndefined()
  if (job) await jobs.retry(job, 'later', null)
  await db.run('update pgboss.job set start_after = now()', [], 'objects')
  expect(await jobs.fetch(queue)).toEqual({ id, queue, payload: { payload: { text: 'it’s "one"' } }, retryCount: 1 })
  await jobs.discard(queue, id)
  await jobs.close()
})

test('a reason is kept to the letter, whatever is in it', async () => {
  const jobs = openQueue(db)
  await insertJob()
  const job = await jobs.fetch(queue)
  const reason = `"quotes" 'and' {braces}, \\ back\nlines, é 本 🦊 $1 ${'x'.repeat(5000)}`
  if (job) await jobs.bury(job, reason)
  const outputs = await db.run('select output from pgboss.job where name = $1', [queue], 'arrays')
  expect(outputs).toEqual([[{ reason }]])
  const letters = await db.run('select source_output from pgboss.job where name = $1', [deadLetterQueue], 'arrays')
  expect(letters).toEqual([[{ reason }]])
  expect(await jobs.redrive(undefined)).toBe(1)
  expect(await jobs.redrive(undefined)).toBe(0)
  await db.run('delete from pgboss.job', [], 'objects')
  await jobs.close()
})

test('a queue that is not ours is refused, and breaks nothing', async () => {
  const jobs = openQueue(db)
  await expect(jobs.fetch('nobody-knows')).rejects.toThrow()
  expect(await jobs.fetch(queue)).toBeUndefined()
  await jobs.close()
})

test('a queue that was never used closes, and so does one that could not be opened', async () => {
  await openQueue(db).close()
  const closed = openQueue({ ...db, run: () => Promise.reject(new Error('no')), script: () => Promise.reject('no') })
  await expect(closed.fetch(queue)).rejects.toThrow()
  await closed.close()
})
