import { expect, test } from 'bun:test'
import { AccountPage } from '#features/admin/account-contract'
import { writeKey } from '#features/admin/search-contract'
import type { World } from '../../platform'
import { call, hire, openStaffWorld, type Somebody } from './staff-people'

/** People by address and name, the newest first. */
const people: [email: string, name: string | null][] = [
  ['zoe@acme.org', 'Zoë Müller'],
  ['a_b%c@example.com', null],
  ['aXbYc@example.com'.toLowerCase(), 'Wild Card'],
  ['grace.hopper@navy.mil', 'Grace Hopper'],
  ['ada.lovelace@example.com', 'Ada Lovelace'],
  ['ab@example.com', 'O’Brien \\ Sons'],
]

const open = async () => {
  const world = await openStaffWorld()
  const boss = await hire(world, 'Boss', 'admin')
  const now = world.clock.now().getTime()
  for (const [index, [email, name]] of people.entries()) {
    const at = new Date(now - (index + 1) * 60_000)
    await world.db.run(
      'insert into "user" (id, email, email_verified_at, name, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)',
      [crypto.randomUUID(), email, index % 2 === 0 ? at : null, name, at],
      'objects',
    )
  }
  return { world, boss }
}

const search = async (world: World, boss: Somebody, query: Record<string, string> = {}) => {
  const answer = await call(world, boss, `GET /v1/admin/users?${new URLSearchParams(query)}`)
  if (answer.status !== 200) throw new Error(answer.text)
  return AccountPage.parse(answer.body)
}

const found = async (world: World, boss: Somebody, query: Record<string, string>) =>
  (await search(world, boss, query)).items.map(({ email }) => email)

const emails = people.map(([email]) => email)

test('without a question all are there, newest first, in pages', async () => {
  const { world, boss } = await open()
  expect(await found(world, boss, {})).toEqual([boss.email, ...emails])
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await search(world, boss, { limit: '3', ...(cursor && { cursor }) })
    seen.push(...page.items.map(({ email }) => email))
    cursor = page.nextCursor
  }
  expect(seen).toEqual([boss.email, ...emails])
})

/** What is asked, and whom it finds. */
const questions: [query: Record<string, string>, emails: string[]][] = [
  [{ query: 'lovelace' }, ['ada.lovelace@example.com']],
  [{ query: 'LOVELACE' }, ['ada.lovelace@example.com']],
  [{ query: 'ce hop' }, ['grace.hopper@navy.mil']],
  [{ query: 'müller' }, ['zoe@acme.org']],
  [{ query: 'MÜLLER' }, ['zoe@acme.org']],
  [{ query: '  navy.mil ' }, ['grace.hopper@navy.mil']],
  [{ query: 'a_b%c@exam' }, ['a_b%c@example.com']],
  [{ query: 'a%' }, []],
  [{ query: 'a_' }, ['a_b%c@example.com']],
  [{ query: 'AB' }, ['ab@example.com']],
  [{ query: 'nobody at all' }, []],
  [{ query: 'ien \\ sons' }, ['ab@example.com']],
  [{ query: "'; drop table" }, []],
  [{ email: ' Ada.Lovelace@Example.com ' }, ['ada.lovelace@example.com']],
  [{ email: 'nobody@example.com' }, []],
  [{ email: 'ada.lovelace@example.com', query: 'hopper' }, []],
  [{ role: 'admin' }, ['boss@example.com']],
  [{ role: 'admin', query: 'lovelace' }, []],
  [{ role: 'nothing' }, []],
  [{ state: 'unverified', query: 'example' }, ['boss@example.com', 'a_b%c@example.com', 'ab@example.com']],
  [{ state: 'banned' }, []],
  [{ state: 'closed' }, []],
]

for (const [query, expected] of questions) {
  test(`${JSON.stringify(query)} finds ${expected.length}`, async () => {
    const { world, boss } = await open()
    expect(await found(world, boss, query)).toEqual(expected)
  })
}

test('states and times', async () => {
  const { world, boss } = await open()
  const run = (text: string) => world.db.run(text, [], 'objects')
  await run(`update "user" set banned_at = now() where email = 'zoe@acme.org'`)
  await run(`update "user" set closed_at = now() where email = 'ab@example.com'`)
  expect(await found(world, boss, { state: 'banned' })).toEqual(['zoe@acme.org'])
  expect(await found(world, boss, { state: 'banned', query: 'lovelace' })).toEqual([])
  expect(await found(world, boss, { state: 'closed' })).toEqual(['ab@example.com'])
  const active = await found(world, boss, { state: 'active' })
  expect(active).toEqual(
    [boss.email, ...emails].filter((email) => email !== 'zoe@acme.org' && email !== 'ab@example.com'),
  )
  const ago = (minutes: number) => new Date(world.clock.now().getTime() - minutes * 60_000).toISOString()
  expect(await found(world, boss, { createdAfter: ago(3), createdBefore: ago(1) })).toEqual(emails.slice(1, 3))
  expect(await found(world, boss, { createdBefore: ago(5).replace('Z', '+00:00') })).toEqual(emails.slice(5))
})

test('what is rare is found behind thousands that are not meant, and what is common too, page by page', async () => {
  const { world, boss } = await open()
  await world.db.run(
    `insert into "user" (id, email, name, created_at, updated_at, banned_at)
    select gen_random_uuid(), 'crowd-' || n || '@crowd.net', 'Crowd', $1::timestamptz + n * interval '1 second', $1, case when n < 8500 then now() end
    from generate_series(1, 17000) n`,
    [world.clock.now()],
    'objects',
  )
  expect(await found(world, boss, { query: 'lovelace' })).toEqual(['ada.lovelace@example.com'])
  expect(await found(world, boss, { role: 'admin' })).toEqual([boss.email])
  expect(await found(world, boss, { state: 'banned', query: 'crowd-3@' })).toEqual(['crowd-3@crowd.net'])
  expect(await found(world, boss, { query: 'navy', createdBefore: world.clock.now().toISOString() })).toEqual([
    'grace.hopper@navy.mil',
  ])
  await world.db.run(
    `insert into role_assignment (user_id, role, created_at) select id, 'judge', now() from "user" where email like 'crowd-1_@%'`,
    [],
    'objects',
  )
  const judges = await search(world, boss, { role: 'judge', limit: '4' })
  expect(judges.items.map(({ email }) => email)).toEqual([19, 18, 17, 16].map((n) => `crowd-${n}@crowd.net`))
  expect(await found(world, boss, { role: 'judge', cursor: judges.nextCursor ?? '' })).toEqual(
    [15, 14, 13, 12, 11, 10].map((n) => `crowd-${n}@crowd.net`),
  )
  const { items, nextCursor } = await search(world, boss, { query: 'crowd', limit: '2' })
  expect(items.map(({ email }) => email)).toEqual(['crowd-17000@crowd.net', 'crowd-16999@crowd.net'])
  const next = await found(world, boss, { query: 'crowd', limit: '2', cursor: nextCursor ?? '' })
  expect(next).toEqual(['crowd-16998@crowd.net', 'crowd-16997@crowd.net'])
}, 60_000)

test('a cursor, a filter or a text that is none is refused', async () => {
  const { world, boss } = await open()
  const cursor = writeKey({ createdAt: new Date(), id: boss.id })
  expect(await found(world, boss, { cursor })).toContain('zoe@acme.org')
  const refused = [
    ...['x', `${cursor}x`, cursor.toUpperCase(), `-${cursor}`, boss.id, '.', `${'z'.repeat(40)}.${boss.id}`].map(
      (text) => ({ cursor: text }),
    ),
    { query: ' ' },
    { query: 'x'.repeat(101) },
    { query: 'a\u0000b' },
    { state: 'gone' },
    { createdAfter: 'yesterday' },
    { createdAfter: '2026-11-22' },
    { email: 'nobody' },
    { limit: '101' },
    { userId: boss.id },
  ]
  for (const query of refused) {
    const { status } = await call(
      world,
      boss,
      `GET /v1/admin/users?${new URLSearchParams(query as Record<string, string>)}`,
    )
    expect({ query, status }).toEqual({ query, status: 422 })
  }
})
