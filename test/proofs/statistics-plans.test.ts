import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Database } from '#db/database'
import { countAccounts, countActiveUsers, countEvents } from '#features/admin/statistics-queries'
import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { apart, type Cost, examineQuery } from './examine-statement'

const resources = new AsyncDisposableStack()
let database: RealDatabase

const [people, days] = [20_000, 366]

/** A year in which 20,000 people log in, fail and refresh, beside as many events that no statistics count. */
const load = async () => {
  const { sql } = database
  await sql.unsafe(`
    insert into "user" (id, email, email_verified_at, created_at, updated_at, banned_at)
    select md5('user' || n)::uuid, 'person-' || n || '@example.com', case when n % 20 <> 0 then now() end, now(), now(),
      case when n % 500 = 0 then now() end
    from generate_series(1, ${people}) n`)
  await sql.unsafe(`
    insert into audit_event (id, occurred_at, type, actor_kind, user_id, request_id, data)
    select gen_random_uuid(), '2026-01-01'::timestamptz + n * interval '${days} days' / 1000000,
      (array['login.succeeded', 'session.refreshed', 'session.refreshed', 'login.failed', 'account.registered', 'profile.updated',
        'email_token.issued', 'session.ended', 'second_factor.succeeded', 'login.challenged'])[n % 10 + 1],
      'user', md5('user' || n::bigint * 7919 % ${people} + 1)::uuid, 'x', case n % 10 when 0 then '{"method": "password"}'
        when 3 then '{"reason": "credentials"}' else '{}' end::jsonb
    from generate_series(1, 1000000) n`)
  await sql.unsafe('vacuum analyze')
}

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  await load()
}, 300_000)

afterAll(() => resources.disposeAsync())

const examine = (run: (db: Database) => Promise<unknown>): Promise<Cost> => examineQuery(apart(database.sql), run)

const day = { from: new Date('2026-06-01T00:00:00Z'), to: new Date('2026-06-02T00:00:00Z') }
const month = { from: new Date('2026-06-01T00:00:00Z'), to: new Date('2026-07-01T00:00:00Z') }

test('statistics of a day and of a month cost what is in them, by the index', async () => {
  for (const [what, span, mostPages] of [
    ['a day', day, 3_000],
    ['a month', month, 90_000],
  ] as const) {
    const events = await examine((db) => countEvents(db, span))
    const active = await examine((db) => countActiveUsers(db, span))
    console.log(what, { events, active })
    for (const cost of [events, active]) {
      expect(cost.scans).toEqual([])
      expect(cost.pages).toBeLessThan(mostPages)
    }
    // Who was active is in the index itself.
    expect(active.pages).toBeLessThan(events.pages)
  }
}, 60_000)

test('how many accounts there are costs no more than to read each once', async () => {
  const cost = await examine((db) => countAccounts(db, {}))
  console.log('accounts', cost)
  expect(cost.pages).toBeLessThan(500)
})

test('a whole year is counted within the deadline of a statement', async () => {
  const year = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2027-01-02T00:00:00Z') }
  for (const count of [countEvents, countActiveUsers]) {
    const startedAt = performance.now()
    const rows = await count(asDatabase(), year)
    console.log(count === countEvents ? 'events' : 'active people', rows.length, performance.now() - startedAt)
    expect(performance.now() - startedAt).toBeLessThan(10_000)
  }
}, 60_000)

const asDatabase = (): Database => ({
  run: async (text, values) => [...(await database.sql.unsafe(text, values as string[]))],
  script: async (text) => [...(await database.sql.unsafe(text))],
  transaction: () => Promise.reject(new Error('There is none.')),
})
