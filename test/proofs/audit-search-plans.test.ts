import { afterAll, beforeAll, expect, test } from 'bun:test'
import { toUuid } from '#core/token-bytes'
import type { Database } from '#db/database'
import { filterValues } from '#features/audit-trail/filter-values'
import { firstIdOf } from '#features/audit-trail/first-id-of'
import type { AuditFilter } from '#features/audit-trail/search-contract'
import { searchBy } from '#features/audit-trail/search-queries'
import { listRecordsAfter } from '#features/audit-trail/stream-queries'
import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { apart, type Cost, examineQuery } from './examine-statement'
import { findLargeTables, largeScansOf } from './large-tables'

const resources = new AsyncDisposableStack()
let database: RealDatabase
let largeTables: Map<string, string>

const records = 400_000
const people = 20_000
const firstAt = Date.UTC(2026, 0, 1)

/** A record of six months in their partitions, each of which every person takes part in. */
const load = async () => {
  const { sql } = database
  await sql.unsafe(`select audit.make_partitions('2026-01-01T00:00:00Z', 8)`)
  await sql.unsafe(`
    insert into audit_event (id, retention, occurred_at, type, actor_kind, actor_id, user_id, request_id, outcome, ip_address, data)
    select (lpad(to_hex(at.ms), 12, '0') || '7' || right(md5(n::text), 3) || 'a' || left(md5(n::text), 15))::uuid,
      case when n % 3 = 0 then 'activity' else 'security' end, to_timestamp(at.ms / 1000.0),
      (array['session.refreshed', 'login.succeeded', 'login.failed'])[n % 3 + 1],
      'user', case when n % 100 = 1 then md5('staff')::uuid else person.id end, person.id, 'request-' || n,
      case when n % 3 = 2 then 'failed' else 'done' end, '192.0.2.' || n % 200, '{}'
    from generate_series(1, ${records}) n,
      lateral (select ${firstAt} + n::bigint * 38880 as ms) at,
      lateral (select md5('user' || n::bigint * 7919 % ${people})::uuid as id) person`)
  await sql.unsafe('vacuum analyze')
}

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  await load()
  largeTables = await findLargeTables(database.sql)
  expect([...largeTables.values()]).toContain('audit_event')
}, 600_000)

afterAll(() => resources.disposeAsync())

const examine = (run: (db: Database) => Promise<unknown>): Promise<Cost> => examineQuery(apart(database.sql), run)

const latest = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const costOf = (way: keyof typeof searchBy, filter: AuditFilter, beforeId = latest) =>
  examine(async (db) => searchBy[way].at(0)?.search(db, { ...filterValues(filter), beforeId, limit: 21 }))

const idOf = (name: string) => toUuid(new Bun.CryptoHasher('md5').update(name).digest('hex'))
const [person, staff] = [idOf('user7'), idOf('staff')]

test('a search looks at what one index finds, and never reads the record from end to end', async () => {
  const middle = firstIdOf(firstAt + 90 * 86_400_000)
  const costs = {
    newest: await costOf('age', {}),
    middle: await costOf('age', {}, middle),
    request: await costOf('request', { requestId: 'request-777' }),
    person: await costOf('user', { userId: person }),
    type: await costOf('types', { type: 'login.failed' }),
    types: await costOf('types', { type: 'login.' }, middle),
    actor: await costOf('actor', { actorId: staff }),
    // Of these nothing is found among the ten thousand that a page looks at.
    address: await costOf('age', { ipAddress: '198.51.100.1' }),
    personAtAddress: await costOf('user', { userId: person, ipAddress: '198.51.100.1' }),
  }
  console.log(
    Object.fromEntries(Object.entries(costs).map(([way, { pages, milliseconds }]) => [way, { pages, milliseconds }])),
  )
  for (const [, cost] of Object.entries(costs)) {
    expect(largeScansOf(cost, largeTables)).toEqual([])
  }
  // By type or actor Postgres may read more: the one index has no ids, and of the other it expects too little order.
  const { actor: _, type: __, types: ___, ...others } = costs
  for (const cost of Object.values(others)) {
    expect(cost.pages).toBeLessThan(2000)
  }
}, 120_000)

test('what is sent on is read in the order of positions by their index', async () => {
  const cost = await examine((db) => listRecordsAfter(db, { position: '200000', limit: 500 }))
  console.log({ pages: cost.pages, milliseconds: cost.milliseconds })
  expect(largeScansOf(cost, largeTables)).toEqual([])
  expect(cost.pages).toBeLessThan(3000)
}, 60_000)
