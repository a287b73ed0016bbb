import { afterAll, beforeAll, expect, test } from 'bun:test'
import { makeTemporaryFolder } from '../support/folders'
import { expansion } from '../support/next-schema'
import { makeBuild, type OtherBuild } from '../support/other-build'
import { get, registerAccount } from './account'
import { pgBouncerObstacle, startPgBouncer } from './pgbouncer'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { runCommandOf, spawnCommandOf, startServer } from './server-process'

const resources = new AsyncDisposableStack()
let database: RealDatabase
let settings: Record<string, string>
let next: OtherBuild

beforeAll(() => {
  next = makeBuild({ next: expansion })
})

const openDatabase = async () => {
  database = resources.use(await openRealDatabase())
  settings = { DATABASE_URL: database.url, DATA_DIRECTORY: makeTemporaryFolder() }
}

afterAll(() => resources.disposeAsync(), 30_000)

const migrate = (...words: string[]) => runCommandOf(next.root, settings, 'migrate', ...words)

/** Names and validity of indexes. */
const indexState = async (name: string) => {
  const [row] = await database.sql`select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`
  return row?.valid
}

/** Who waits for a lock for more than a second, for as long as `work` takes, but for whoever migrates. */
const watchWaits = async (work: () => Promise<void>): Promise<unknown[]> => {
  const long: unknown[] = []
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      long.push(
        ...(await database.sql`
          select application_name, wait_event from pg_stat_activity where datname = current_database()
            and wait_event_type = 'Lock' and clock_timestamp() - query_start > interval '1 second'`),
      )
      await Bun.sleep(50)
    }
  })()
  try {
    await work()
  } finally {
    isOver = true
    await watching
  }
  return long
}

test('while somebody holds its lock a migration tries again and again, says who it is, and people go on', async () => {
  await openDatabase()
  await using server = await startServer(settings)
  const { accessToken } = await registerAccount(server.url)
  let answered = 0
  const waits = await watchWaits(async () => {
    await database.sql.begin(async (holder) => {
      const [row] = await holder`select pg_backend_pid() as pid from "user" limit 1`
      await using migration = spawnCommandOf(next.root, settings, 'migrate', '--wait', '3')
      while (await Promise.race([migration.exited.then(() => false), Bun.sleep(20).then(() => true)])) {
        expect((await get(server.url, '/v1/me', accessToken)).status).toBe(200)
        answered += 1
      }
      expect(await migration.exited).toBe(1)
      expect(migration.errors()).toContain('waits for a lock. It is held by pid')
      expect(migration.errors()).toMatch(
        new RegExp(
          `_expand was not applied: for 3 s .* held by pid ${row?.pid} \\(a test, user \\w+, idle in transaction\\)`,
        ),
      )
    })
  })
  expect(answered).toBeGreaterThan(10)
  expect(waits).toEqual([])
  expect((await migrate()).output).toStartWith('Applied 3 migrations.')
}, 60_000)

test('an index that was left half built is dropped and built again; one that is there already is left as it is', async () => {
  await openDatabase()
  await using server = await startServer(settings)
  await registerAccount(server.url)
  await registerAccount(server.url)
  const broken = 'create unique index concurrently user_lower_name_index on "user" ((1))'
  await expect(Promise.resolve(database.sql.unsafe(broken))).rejects.toThrow('could not create unique index')
  expect(await indexState('user_lower_name_index')).toBe(false)
  expect((await migrate()).errors).toContain('"user_lower_name_index" was left half built')
  expect(await indexState('user_lower_name_index')).toBe(true)

  const [before] = await database.sql`select 'user_lower_name_index'::regclass::oid as oid`
  await database.sql`delete from drizzle.__drizzle_migrations where created_at in
    (select created_at from drizzle.__drizzle_migrations order by created_at desc limit 2)`
  expect((await migrate()).output).toStartWith('Applied 2 migrations.')
  expect(await database.sql`select 'user_lower_name_index'::regclass::oid as oid`).toMatchObject([{ oid: before?.oid }])
  const [unfilled] = await database.sql`select count(*)::int as count from "user" where nickname is null`
  expect(unfilled?.count).toBe(0)
}, 60_000)

test('an index that the server still builds for somebody who is gone is waited for', async () => {
  await openDatabase()
  await database.sql`insert into "user" (id, email, created_at, updated_at) values (gen_random_uuid(), 'a@example.com', now(), now())`
  expect((await migrate()).exitCode).toBe(0)
  await database.sql`drop index user_lower_name_index`
  await database.sql`delete from drizzle.__drizzle_migrations where created_at in
    (select created_at from drizzle.__drizzle_migrations order by created_at desc limit 2)`
  await using other = await openTransaction()
  const building = database.sql`create index concurrently user_lower_name_index on "user" (lower(name), id)`.execute()
  await untilBuilding()
  await using migration = spawnCommandOf(next.root, settings, 'migrate')
  while (!migration.errors().includes('builds it already')) await Bun.sleep(20)
  await other.end()
  await building
  expect(await migration.exited).toBe(0)
  expect(await indexState('user_lower_name_index')).toBe(true)
}, 60_000)

/** A transaction that an index has to wait for. */
const openTransaction = async () => {
  const connection = await database.sql.reserve()
  await connection`begin isolation level repeatable read`
  await connection`select from "user"`
  const end = async () => {
    await connection`rollback`
    connection.release()
  }
  let isOver = false
  const once = async () => {
    if (!isOver) await end()
    isOver = true
  }
  return { end: once, [Symbol.asyncDispose]: once }
}

const untilBuilding = async () => {
  while (
    (await database.sql`select from pg_stat_progress_create_index where datname = current_database()`).length === 0
  )
    await Bun.sleep(20)
}

test('of two that migrate at once one waits, also while the other builds an index', async () => {
  await openDatabase()
  const [one, other] = await Promise.all([migrate('--json'), migrate('--json')])
  expect([one.output, other.output].toSorted()).toEqual(['{"applied":0}', '{"applied":3}'])
}, 60_000)

test.skipIf(pgBouncerObstacle !== undefined)(
  `through a pooler in transaction mode it is the same${pgBouncerObstacle ? `: ${pgBouncerObstacle}` : ''}`,
  async () => {
    await openDatabase()
    await using pooler = await startPgBouncer(database.url)
    settings = { ...settings, DATABASE_URL: pooler.url, DATABASE_PREPARE: 'off' }
    const [one, other] = await Promise.all([migrate('--json'), migrate('--json')])
    expect([one.output, other.output].toSorted()).toEqual(['{"applied":0}', '{"applied":3}'])
    expect(await indexState('user_lower_name_index')).toBe(true)
  },
  60_000,
)
