import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { Database } from '#db/database'
import { createPostgres } from '#platform/postgres'
import { createDatabase } from '../support/postgres'
import { tamper } from '../support/tamper'

const database = await createDatabase(process.env.TEST_DATABASE_URL ?? '')
const connect = () =>
  createPostgres({ url: database.url, prepare: true, serverDeadline: true, timeoutSeconds: 20, maxConnections: 1 })
const { db, close } = connect()
const operator = connect()

beforeEach(async () => {
  await tamper(operator.db, 'delete from audit_event')
})

afterAll(async () => {
  await Promise.all([close(), operator.close()])
  await database.drop()
})

const insert = (on: Database, name: string) =>
  on.run(
    `insert into audit_event (id, occurred_at, type, actor_kind, request_id, data)
     values (gen_random_uuid(), now(), $1, 'system', 'r', '{}')`,
    [name],
    'objects',
  )

const stored = async () => (await operator.db.run('select type from audit_event', [], 'arrays')).flat()

const changeOfMind = new Error('changed my mind')

/** What the work of a lost transaction does when it goes on. */
const ends: Record<string, (tx: Database) => Promise<unknown>> = {
  'writes and ends well': (tx) => insert(tx, 'lost').catch(() => {}),
  'ends well': async () => {},
  throws: () => Promise.reject(changeOfMind),
}

for (const [what, end] of Object.entries(ends)) {
  test(`work whose connection is lost and that ${what} leaves the next transaction alone`, async () => {
    const processId = Promise.withResolvers<unknown>()
    const { promise: nextIsUnderWay, resolve: goOn } = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const lost = db.transaction(async (tx) => {
      processId.resolve((await tx.run('select pg_backend_pid()', [], 'arrays')).flat()[0])
      await nextIsUnderWay
      await end(tx).finally(ended.resolve)
    })
    lost.catch(() => {})
    await operator.db.run('select pg_terminate_backend($1::integer)', [Number(await processId.promise)], 'objects')
    await expect(lost).rejects.toThrow('database_unavailable')

    const next = db.transaction(async (tx) => {
      await insert(tx, 'next')
      goOn()
      await ended.promise
      // What postgres.js sends when the work has ended is on its way by then.
      await Bun.sleep(50)
      await insert(tx, 'next')
      throw changeOfMind
    })
    expect(await next.catch((error: unknown) => error)).toBe(changeOfMind)
    expect(await stored()).toEqual([])
  })
}

test('a statement that comes after its transaction is refused, and not part of the next one', async () => {
  const late = await db.transaction(async (tx) => [() => insert(tx, 'late'), () => tx.script('select 1')])
  for (const run of late) await expect(run()).rejects.toThrow('after the end of its transaction')
  expect(await stored()).toEqual([])
})
