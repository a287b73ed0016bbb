import { afterAll, beforeEach, expect, test } from 'bun:test'
import type { Database } from '#db/database'
import { joinByAddress } from '#features/organizations/domain-join-queries'
import { keepCheck } from '#features/organizations/domain-proof-queries'
import { createPostgres } from '#platform/postgres'

/** Whoever joins by a domain, while the domain or their address changes hands. */
const { db, close } = createPostgres({
  url: process.env.TEST_DATABASE_URL ?? '',
  prepare: true,
  serverDeadline: true,
  timeoutSeconds: 20,
  maxConnections: 8,
})
afterAll(close)

const run = (text: string, values: unknown[], on: Database = db) => on.run(text, values, 'objects')

let domain: string
let userId: string
let mine: string
let other: string

/** An organization that claims the domain, and lets its people join; proved or not yet. @returns its id, which is the claim's too */
const claim = async (isProved: boolean): Promise<string> => {
  const id = crypto.randomUUID()
  await run("insert into organization (id, slug, name, created_at, updated_at) values ($1, $2, 'Acme', now(), now())", [
    id,
    id,
  ])
  await run(
    `insert into organization_domain (id, organization_id, domain, challenge, auto_join_role, created_at, verified_at, checked_at)
    values ($1, $1, $2, $3, 'member', now(), case when $4 then now() end, now())`,
    [id, domain, id, isProved],
  )
  return id
}

beforeEach(async () => {
  domain = `d${crypto.randomUUID()}.com`
  userId = crypto.randomUUID()
  await run(
    'insert into "user" (id, email, email_verified_at, created_at, updated_at) values ($1, $2, now(), now(), now())',
    [userId, `ada@${domain}`],
  )
  mine = await claim(true)
  other = await claim(false)
})

const event = () => ({
  now: new Date(),
  actorKind: 'system',
  actorId: 'race',
  requestId: 'race',
  ipAddress: null,
  place: null,
  saltSeed: '',
  credential: null,
  traceId: null,
  traceparent: null,
  userAgent: null,
  eventId: crypto.randomUUID(),
})

const join = (on: Database = db) =>
  joinByAddress(on, { ...event(), people: JSON.stringify([{ userId, eventId: crypto.randomUUID() }]) })

const organizationsOf = async () =>
  (await run('select organization_id as id from organization_member where user_id = $1', [userId])).map(
    (row) => Object(row).id,
  )

/** Gives the domain from one organization to the other, as a lapse and a proof do. */
const transfer = async (on: Database) => {
  await run('update organization_domain set verified_at = null where id = $1', [mine], on)
  await run('update organization_domain set verified_at = now() where id = $1', [other], on)
}

/** Begins `late` while what `early` did is not committed yet; gives what it came to. */
const overtake = async <Result>(early: (on: Database) => Promise<unknown>, late: () => Promise<Result>) => {
  const [done, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const first = db.transaction(async (on) => {
    await early(on)
    done.resolve()
    await commit.promise
  })
  await done.promise
  let isWaiting = true
  const second = late().finally(() => {
    isWaiting = false
  })
  await Bun.sleep(200)
  const waited = isWaiting
  commit.resolve()
  await first
  return { result: await second, waited }
}

test('whoever joins while the domain goes to another organization does not join the one that had it', async () => {
  const { result, waited } = await overtake(transfer, join)
  expect({ result, waited }).toEqual({ result: [], waited: true })
  expect(await organizationsOf()).toEqual([])
  expect(await join()).toHaveLength(1)
  expect(await organizationsOf()).toEqual([other])
})

test('whoever joined first is a member of the organization that had it then, and the domain waits for that', async () => {
  const { waited } = await overtake(join, () => db.transaction(transfer))
  expect(waited).toBe(true)
  expect(await organizationsOf()).toEqual([mine])
})

test('nobody joins by a domain that lapses, is given up or lets nobody in at the same moment', async () => {
  const changes = [
    'update organization_domain set verified_at = null where id = $1',
    'update organization_domain set auto_join_role = null where id = $1',
    'delete from organization_domain where id = $1',
  ]
  for (const change of changes) {
    const { result, waited } = await overtake((on) => run(change, [mine], on), join)
    expect({ change, result, waited }).toEqual({ change, result: [], waited: true })
    await run('update organization_domain set verified_at = now(), auto_join_role = $2 where id = $1', [mine, 'member'])
  }
  expect(await organizationsOf()).toEqual([])
})

test('whoever moves to another address at the same moment, or whose account is shut by then, does not join', async () => {
  const moved = await overtake(
    (on) => run('update "user" set email = $2 where id = $1', [userId, `${userId}@elsewhere.com`], on),
    join,
  )
  expect(moved).toEqual({ result: [], waited: true })
  expect(await organizationsOf()).toEqual([])
})

test('of sixteen workers that do it at once one makes somebody a member, and records it', async () => {
  const joined = await Promise.all(Array.from({ length: 16 }, () => join()))
  expect(joined.flat()).toEqual([{ userId }])
  const events = await run("select id from audit_event where type = 'member.joined' and user_id = $1", [userId])
  expect(events).toHaveLength(1)
})

test('a look at a domain that began before it was proved anew takes nothing away', async () => {
  const [row] = await run('select checked_at as "seenAt" from organization_domain where id = $1', [mine])
  const { seenAt } = Object(row)
  await run("update organization_domain set missing_since = now() - interval '8 days' where id = $1", [mine])
  const check = { ...event(), domainId: mine, seenAt, isThere: false, lapsesBefore: new Date() }
  const { result } = await overtake(
    (on) =>
      run(
        "update organization_domain set missing_since = null, checked_at = checked_at + interval '1 s' where id = $1",
        [mine],
        on,
      ),
    () => keepCheck(db, check),
  )
  expect(result).toEqual([])
  const rows = await run('select verified_at from organization_domain where id = $1 and verified_at is not null', [
    mine,
  ])
  expect(rows).toHaveLength(1)
})
