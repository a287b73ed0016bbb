import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as z from 'zod'
import { writeKey } from '#features/admin/search-contract'
import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { startBunServer } from '../support/bun-server'
import { makeTemporaryFolder } from '../support/folders'
import type { Server } from '../support/server'
import { AccountPage, Registered } from '../support/shapes'

const count = 1_000_000
const oldest = 200_000
const mostMilliseconds = 50
const runs = 15

const resources = new AsyncDisposableStack()
let database: RealDatabase
let server: Server
let accessToken: string

const names = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Tim']

/**
 * A million people, a minute apart: most have an address at example.com, the oldest fifth one at bygone.net; one in 100 is called
 * Konrad, one in 250 Zuse, one in 100,000 Babbage. 2,000 are banned, 1,000 closed, 50,000 have not proved their address.
 */
const people = `
insert into "user" (id, email, email_verified_at, name, created_at, updated_at, banned_at, closed_at)
select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5('user' || n), 1, 3) || '8' ||
    substr(md5('user' || n), 5, 15))::uuid,
  'person-' || n || case when n <= ${oldest} then '@bygone.net' else '@example.com' end,
  case when n % 20 <> 0 then at end,
  case when n % 100000 = 7 then 'Charles Babbage' when n % 250 = 3 then 'Konrad Zuse' when n % 100 = 5 then 'Konrad ' || n
    else (array[${names.map((name) => `'${name}'`)}])[n % 8 + 1] || ' ' || initcap(substr(md5('name' || n), 1, 7)) end,
  at, at, case when n % 500 = 0 then at end, case when n % 1000 = 1 then at end
from generate_series(1, ${count}) n, lateral (select '2024-01-01'::timestamptz + n * interval '1 minute' as at) moment`

/** Everybody holds a role, and fifty another one. */
const roles = `
insert into role_assignment (user_id, role, created_at)
select id, 'member', now() from "user"
union all
(select id, 'support', now() from "user" where email like 'person-%7777@%' limit 50)`

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  await database.sql.unsafe(people)
  await database.sql.unsafe(roles)
  server = await startBunServer({
    DATABASE_URL: database.url,
    SECRET: 'x'.repeat(64),
    DATA_DIRECTORY: makeTemporaryFolder(),
    ENVIRONMENT: 'test',
    RATE_LIMITS: 'off',
    EMAIL_VERIFICATION: 'optional',
    MFA_REQUIRED_ROLES: ' ',
  })
  resources.defer(() => server.stop())
  const json = { email: 'boss@example.org', password: 'correct horse battery staple' }
  const { tokens } = Registered.parse((await server.send('POST /v1/auth/register', { json })).json)
  accessToken = tokens.accessToken
  await database.sql`
    insert into role_assignment (user_id, role, created_at) values (${tokens.user.id}, 'admin', now())`
  await database.sql.unsafe('vacuum analyze')
}, 600_000)

afterAll(() => resources.disposeAsync())

const search = async (query: Record<string, string>): Promise<z.output<typeof AccountPage>> =>
  AccountPage.parse((await server.send(`GET /v1/admin/users?${new URLSearchParams(query)}`, { accessToken })).json)

const countScans = async (): Promise<number> => {
  // What a connection counted is seen a second later.
  await Bun.sleep(1500)
  const rows = await database.sql`
    select seq_scan::integer as scans from pg_stat_user_tables where relname = 'user'`
  return z.object({ scans: z.int() }).parse(rows[0]).scans
}

/**
 * How long an answer takes as its caller sees it, in milliseconds. The fastest is what is held to the limit: others may have
 * waited for something else on this machine.
 */
const measure = async (query: Record<string, string>) => {
  const times: number[] = []
  let found = 0
  for (let run = -3; run < runs; run += 1) {
    const startedAt = performance.now()
    found = (await search(query)).items.length
    if (run >= 0) times.push(performance.now() - startedAt)
  }
  const sorted = times.toSorted((a, b) => a - b)
  return { found, fastest: sorted[0] ?? 0, middle: sorted[Math.floor(runs / 2)] ?? 0 }
}

const print = (what: string, { found, fastest, middle }: Awaited<ReturnType<typeof measure>>) =>
  console.log(`| ${what} | ${found} | ${fastest.toFixed(1)} | ${middle.toFixed(1)} |`)

const middle = async (): Promise<string> => {
  const [row] = await database.sql`
    select id, created_at as "createdAt" from "user" where email = ${`person-${count / 2}@example.com`}`
  return writeKey({ id: String(row?.id), createdAt: new Date(row?.createdAt) })
}

/** What is asked, and how many it finds on a page. */
const questions: [query: Record<string, string>, found: number][] = [
  [{}, 20],
  [{ limit: '100' }, 100],
  [{ query: 'example' }, 20],
  [{ query: 'person' }, 20],
  [{ query: 'grace' }, 20],
  [{ query: 'konrad' }, 20],
  [{ query: 'zuse' }, 20],
  [{ query: 'babbage' }, 10],
  [{ query: 'person-77777@' }, 1],
  [{ query: 'nobody is called so' }, 0],
  [{ query: 'pe' }, 20],
  [{ query: 'zq' }, 0],
  [{ email: 'person-77777@bygone.net' }, 1],
  [{ state: 'banned' }, 20],
  [{ state: 'banned', query: 'example' }, 20],
  [{ state: 'banned', query: 'babbage' }, 0],
  [{ state: 'unverified', query: 'babbage' }, 0],
  [{ state: 'active', query: 'zuse' }, 20],
  [{ role: 'support' }, 20],
  [{ role: 'support', query: 'example' }, 20],
  [{ role: 'member', query: 'babbage' }, 10],
  [{ role: 'nothing', query: 'example' }, 0],
  [{ createdAfter: '2024-10-01T00:00:00Z', createdBefore: '2024-11-01T00:00:00Z', query: 'example' }, 20],
  [{ createdAfter: '2024-10-01T00:00:00Z', createdBefore: '2024-11-01T00:00:00Z', query: 'babbage' }, 1],
  [{ createdBefore: '2024-01-02T00:00:00Z' }, 20],
]

test(`staff find somebody among ${count} within ${mostMilliseconds} ms, and never read all`, async () => {
  const before = await countScans()
  const slow: string[] = []
  for (const [query, expected] of questions) {
    const [first, later] = [await measure(query), await measure({ ...query, cursor: await middle() })]
    print(JSON.stringify(query), first)
    print(`${JSON.stringify(query)}, from the middle on`, later)
    expect({ query, found: first.found }).toEqual({ query, found: expected })
    if (Math.max(first.fastest, later.fastest) > mostMilliseconds) slow.push(JSON.stringify(query))
  }
  expect(slow).toEqual([])
  expect(await countScans()).toBe(before)
}, 300_000)

test('page after page of what is common, and of what is rare, is as fast', async () => {
  for (const query of [{ query: 'example' }, { query: 'zuse' }, { state: 'banned' }]) {
    const times: number[] = []
    let cursor: string | null = ''
    for (let page = 0; page < 50 && cursor !== null; page += 1) {
      const startedAt = performance.now()
      cursor = (await search({ ...query, ...(cursor && { cursor }) })).nextCursor
      times.push(performance.now() - startedAt)
    }
    const sorted = times.toSorted((a, b) => a - b)
    const [fastest = 0, middle = 0] = [sorted[0], sorted[25]]
    console.log(`| ${JSON.stringify(query)}, 50 pages | 20 | ${fastest.toFixed(1)} | ${middle.toFixed(1)} |`)
    expect(times.length).toBe(50)
    expect(fastest).toBeLessThan(mostMilliseconds)
  }
}, 100_000)

test('what a fifth are called, none of the newest among them, is the worst, and bounded', async () => {
  const worst = await measure({ query: 'bygone' })
  print('{"query":"bygone"}, the oldest fifth', worst)
  expect(worst.found).toBe(20)
  expect(worst.fastest).toBeLessThan(2000)
}, 100_000)
