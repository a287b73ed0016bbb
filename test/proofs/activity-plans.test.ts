import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Database } from '#db/database'
import { listActivityById } from '#features/admin/activity-queries'
import { chosenTypes } from '#features/profiles/activity-contract'
import { destroyPersonalPartsBefore, listOwnActivity } from '#features/profiles/activity-queries'
import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { apart, type Cost, examineQuery } from './examine-statement'
import { countIndexes, findLargeTables, largeScansOf } from './large-tables'

const resources = new AsyncDisposableStack()
let database: RealDatabase
let largeTables: Map<string, string>

const [busy, quiet, sessionId] = [1, 2, 3].map((n) => `00000000-0000-7000-8000-00000000000${n}`) as [
  string,
  string,
  string,
]

/** Somebody whose apps refreshed 200,000 times in a year, between 2,000 log-ins; somebody with 20; and 100,000 others' events. */
const load = async () => {
  const { sql } = database
  await sql`
    insert into "user" (id, email, created_at, updated_at)
    select id::uuid, id || '@example.com', now(), now() from unnest(${[busy, quiet]}::text[]) id`
  await sql`
    insert into session (id, user_id, rotated_at, amr, acr, authenticated_at, created_at, last_used_at, expires_at,
      absolute_expires_at, device)
    values (${sessionId}, ${busy}, now(), '["pwd"]', 'aal2', now(), now(), now(), now() + interval '1 day',
      now() + interval '1 day', 'x')`
  const insert = (userId: string | null, type: string, count: number) => sql`
    insert into audit_event (id, occurred_at, type, actor_kind, user_id, request_id, ip_address, personal_salt, data)
    select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n || ${type}), 1, 19))::uuid,
      at, ${type}, 'anonymous', coalesce(${userId}::uuid, md5(n::text)::uuid), 'x', '192.0.2.1', 'salt', '{}'
    from generate_series(1, ${count}) n, lateral (select now() - n * interval '1 year' / ${count} as at) moment`
  await insert(busy, 'session.refreshed', 200_000)
  await insert(busy, 'login.succeeded', 2_000)
  await insert(quiet, 'login.succeeded', 20)
  await insert(null, 'login.failed', 100_000)
  await sql`vacuum analyze`
}

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  await load()
  largeTables = await findLargeTables(database.sql)
  expect([...largeTables.values()]).toContain('audit_event')
}, 300_000)

afterAll(() => resources.disposeAsync())

const examine = (run: (db: Database) => Promise<unknown>): Promise<Cost> => examineQuery(apart(database.sql), run)

const now = new Date()
const shown = (before: string | null = null) => ({
  ...chosenTypes({}),
  since: new Date(now.getTime() - 31_536_000_000),
  before,
  limit: 21,
})

const midOfYear = async (): Promise<string> => {
  const [row] = await database.sql`
    select id from audit_event where user_id = ${busy} and type = 'login.succeeded' order by id offset 1000 limit 1`
  return String(row?.id)
}

for (const [what, before] of [
  ['the first page', async () => null],
  ['a page in the middle', midOfYear],
] as const) {
  test(`${what} of an account with 200,000 refreshes costs what its rows cost, by the index`, async () => {
    const shownOf = shown(await before())
    const own = await examine((db) => listOwnActivity(db, { userId: busy, sessionId, now, ...shownOf }))
    const seen = await examine((db) => listActivityById(db, { ...shownOf, targetId: busy }))
    const quietly = await examine((db) => listActivityById(db, { ...shownOf, targetId: quiet }))
    console.log(what, { own, seen, quietly })
    for (const cost of [own, seen, quietly]) {
      expect(largeScansOf(cost, largeTables)).toEqual([])
      expect(cost.pages).toBeLessThan(80)
    }
  })
}

test('a batch of old personal parts is found by its index', async () => {
  const before = new Date(now.getTime() - 300 * 86_400_000)
  const first = await examine((db) => destroyPersonalPartsBefore(db, { before, limit: 500 }))
  await destroyPersonalPartsBefore(asDatabase(), { before, limit: 50_000 })
  await database.sql`vacuum analyze audit_event`
  const none = await examine((db) =>
    destroyPersonalPartsBefore(db, { before: new Date(now.getTime() - 364 * 86_400_000), limit: 500 }),
  )
  console.log({ first, none })
  expect([first, none].flatMap((cost) => largeScansOf(cost, largeTables))).toEqual([])
  // Each row is found, written anew and entered into each index of its partition, through three pages at most.
  expect(first.pages).toBeLessThan(500 * (5 + 3 * (await countIndexes(database.sql, 'audit.security_before'))))
  expect(none.pages).toBeLessThan(20)
}, 60_000)

const asDatabase = (): Database => ({
  run: async (text, values) => [...(await database.sql.unsafe(text, values as string[]))],
  script: async (text) => [...(await database.sql.unsafe(text))],
  transaction: () => Promise.reject(new Error('There is none.')),
})
