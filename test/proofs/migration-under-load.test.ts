import { afterAll, beforeAll, expect, test } from 'bun:test'
import { buildName } from '#db/schema-version'
import { registerAccount } from '../runtimes/account'
import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { runCommandOf, type ServerProcess, spawnCommandOf, startServer } from '../runtimes/server-process'
import { makeTemporaryFolder } from '../support/folders'
import { expansion } from '../support/next-schema'
import { makeBuild } from '../support/other-build'
import { startLogIns, watchLockWaits } from './sign-in-load'

/** `PEOPLE=50000 bun test …` for a short run. */
const count = Number(process.env.PEOPLE ?? 1_000_000)
const lanes = 4

const resources = new AsyncDisposableStack()
let database: RealDatabase
let servers: ServerProcess[]
let settings: Record<string, string>

/** People who all have the password of an account that registered, with ids as UUIDv7 has them, a second apart. */
const people = `
insert into "user" (id, email, email_verified_at, name, created_at, updated_at)
select (lpad(to_hex(1700000000000 + n * 1000::bigint), 12, '0') || '7' || substr(md5('user' || n), 1, 3) || '8' ||
    substr(md5('user' || n), 5, 15))::uuid,
  'person-' || n || '@example.com', now(), initcap(md5('name' || n)), now(), now()
from generate_series(1, ${count}) n`

const passwords = `
insert into password (user_id, hash, created_at)
select "user".id, (select hash from password limit 1), now() from "user" where email like 'person-%'`

/** Loads them without what takes longest of it, which is made again after. */
const load = async (sql: RealDatabase['sql']) => {
  const slow = await sql`
    select indexname as name, indexdef as text from pg_indexes where tablename = 'user' and indexdef like '%gin%'`
  for (const { name } of slow) await sql.unsafe(`drop index "${name}"`)
  await sql.begin((transaction) =>
    transaction.unsafe(`set local session_replication_role = replica; ${people}; ${passwords}`),
  )
  for (const { text } of slow) await sql.unsafe(text)
  await sql.unsafe('vacuum analyze')
}

/** An index that takes long: it is killed in the middle. */
const longIndex = {
  name: 'long_index',
  sql: '-- @outside-transaction\nCREATE INDEX CONCURRENTLY "user_words_index" ON "user" USING gin (("name" || \' \' || "email") gin_trgm_ops);',
}

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  settings = { DATABASE_URL: database.url, DATA_DIRECTORY: makeTemporaryFolder() }
  servers = await Promise.all([startServer(settings), startServer(settings)])
  for (const server of servers) resources.use(server)
  await registerAccount(servers[0]?.url ?? '')
  await load(database.sql)
}, 1_200_000)

afterAll(() => resources.disposeAsync(), 60_000)

const isBuilding = async () =>
  (
    await database.sql`
    select from pg_stat_progress_create_index where datname = current_database() and phase like 'building index%'`
  ).length > 0

const indexState = async () =>
  (await database.sql`select indisvalid as valid from pg_index where indexrelid = to_regclass('user_words_index')`)[0]
    ?.valid

const untilNobodyMigrates = async (own: string) => {
  while (
    (await database.sql`select from pg_stat_activity where datname = current_database() and application_name = ${own}`)
      .length > 0
  ) {
    await Bun.sleep(50)
  }
}

test(`${count} people: servers of the build before log people in while the next one migrates, and dies twice on the way`, async () => {
  const next = makeBuild({ next: [...expansion, longIndex] })
  const nextName = `postern/${Number(next.migrations.at(-1)?.split('_')[0])}`
  const logIns = startLogIns(
    servers.map(({ url }) => url),
    lanes,
    (at) => `person-${((at * 7919) % count) + 1}@example.com`,
  )
  const waits = watchLockWaits(database.sql, buildName)
  await Bun.sleep(3000)
  const startedAt = performance.now()
  const note = (what: string) => console.log(`${Math.round((performance.now() - startedAt) / 1000)} s: ${what}`)

  // Killed while it fills, and while it builds the long index.
  {
    await using migration = spawnCommandOf(next.root, settings, 'migrate')
    const filled = async () =>
      (await database.sql`select from "user" where nickname is not null limit 1`.catch(() => [])).length > 0
    while (!(await filled())) await Bun.sleep(10)
    await Bun.sleep(1000)
    await migration.stop('SIGKILL')
  }
  await untilNobodyMigrates(nextName)
  const [left] = await database.sql`select count(*)::int as count from "user" where nickname is null`
  note(`killed while it fills, ${left?.count} left`)
  const filledAgainAt = performance.now()
  {
    await using migration = spawnCommandOf(next.root, settings, 'migrate')
    while (!(await isBuilding())) {
      expect(await Promise.race([migration.exited.then(() => 'ended'), Bun.sleep(5).then(() => 'runs')])).toBe('runs')
    }
    await migration.stop('SIGKILL')
  }
  const filledMs = performance.now() - filledAgainAt
  await untilNobodyMigrates(nextName)
  const leftBehind = await indexState()
  note('killed while it builds')
  const builtAgainAt = performance.now()
  const last = await runCommandOf(next.root, settings, 'migrate')
  const builtMs = performance.now() - builtAgainAt
  expect(last).toMatchObject({ exitCode: 0 })
  const tookMs = performance.now() - startedAt
  await Bun.sleep(3000)

  const [figures, longest] = [await logIns.end(), await waits.end()]
  console.log({
    count,
    seconds: Math.round(tookMs / 1000),
    ...figures,
    longest: Object.fromEntries(longest),
    leftToFill: left?.count,
    fillSeconds: Math.round(filledMs / 1000),
    leftBehind,
    builtSeconds: Math.round(builtMs / 1000),
    said: last.errors,
  })
  expect(figures.errors).toEqual([])
  expect([...longest].filter(([, milliseconds]) => milliseconds > 1000)).toEqual([])
  expect(leftBehind).toBe(false)
  expect(last.errors).toContain('was left half built')
  expect(await indexState()).toBe(true)
  const [unfilled] = await database.sql`select count(*)::int as count from "user" where nickname is null`
  expect(unfilled?.count).toBe(0)
}, 3_600_000)
