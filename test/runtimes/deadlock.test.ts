import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createPostgres } from '#platform/postgres'
import { openRealDatabase, type RealDatabase } from './real-postgres'

const resources = new AsyncDisposableStack()
let database: RealDatabase

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
}, 30_000)

afterAll(() => resources.disposeAsync())

/** Takes two rows of one table in an order, with time between for another to take them the other way round. */
const takeBoth = (first: number, second: number) => `
  with one as (update deadlock set taken = taken + 1 where id = ${first} returning pg_sleep(0.3)),
  two as (update deadlock set taken = taken + 1 where id = ${second} and (select count(*) from one) = 1 returning id)
  select id from two`

test('two statements that wait for each other are both done: who loses is run again', async () => {
  const options = { url: database.url, prepare: true, serverDeadline: true, timeoutSeconds: 10, maxConnections: 4 }
  const { db, close } = createPostgres(options)
  await db.script('create table deadlock (id int, taken int); insert into deadlock values (1, 0), (2, 0)')
  const both = await Promise.all([takeBoth(1, 2), takeBoth(2, 1)].map((text) => db.run(text, [], 'objects')))
  expect(both).toEqual([[{ id: 2 }], [{ id: 1 }]])
  expect(await db.run('select taken from deadlock order by id', [], 'arrays')).toEqual([[2], [2]])
  await close()
}, 20_000)
