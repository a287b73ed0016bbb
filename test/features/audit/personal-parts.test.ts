import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { statement } from '#db/statement'
import { destroyPersonalParts } from '#features/audit/fragments'
import { openWorld, type World } from '../../platform'
import { tamper } from '../../support/tamper'
import { askForReset, mailedBy, resetPassword } from '../accounts/mailed'
import { ada, grace, logIn, registerAndLogIn } from '../people'
import { eventsOf, listEvents, type RecordedEvent } from './events'
import { verifyPersonalParts } from './verified'

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

/** What docs/security.md says of the digest, said again. */
const digestOf = ({ personalSalt, ipAddress, userAgent, place }: RecordedEvent) =>
  hashOf(`${personalSalt}[${[ipAddress, userAgent, place].map((value) => JSON.stringify(value)).join(', ')}]`)

const destroyOf = statement<{ userId: string; limit: number }, { id: string }>('destroyOf', (value) =>
  destroyPersonalParts(value.userId, value.limit),
)

const byId = (a: RecordedEvent, b: RecordedEvent) => a.id.localeCompare(b.id)

const run = (world: World, text: string, values: unknown[] = []) => world.db.run(text, values, 'objects')

/** An account with a few events, some of them by jobs and some by nobody who is known. */
const openLivedWorld = async () => {
  const world = await openWorld()
  const { user } = await registerAndLogIn(world)
  await logIn(world)
  await world.send('POST /v1/auth/login', { json: { email: ada.email, password: 'a wrong guess' } })
  await world.send('POST /v1/auth/login', { json: { email: 'nobody@example.org', password: 'a wrong guess' } })
  return { world, userId: user.id }
}

test('each event has a salt of its own and the digest of its personal part under it', async () => {
  const { world } = await openLivedWorld()
  const events = await listEvents(world)
  expect(events.length).toBeGreaterThan(5)
  expect(new Set(events.map(({ personalSalt }) => personalSalt)).size).toBe(events.length)
  for (const event of events) expect(event.personalDigest).toBe(digestOf(event))
})

test('events of one statement have salts that do not tell each other', async () => {
  const { world } = await openLivedWorld()
  await askForReset(world)
  const { token } = mailedBy(world, 'reset-password')
  const together = await eventsOf(world, () => resetPassword(world, token, 'a wholly new password'))
  const byRequest = together.filter(({ actorKind }) => actorKind === 'anonymous')
  expect(byRequest.map(({ type }) => type).toSorted()).toEqual(
    expect.arrayContaining(['password.reset', 'session.ended']),
  )
  expect(new Set(byRequest.map(({ personalSalt }) => personalSalt)).size).toBe(byRequest.length)
  for (const { id, personalSalt } of byRequest) {
    const derived = byRequest.flatMap((other) => [hashOf(`${other.personalSalt}${id}`), hashOf(`${other.id}${id}`)])
    expect(derived).not.toContain(String(personalSalt))
  }
})

for (const userAgent of [
  '"], ["',
  'tab\tand \\ backslash',
  'Zoë’s browser “1” 𝒳',
  '\u0001\u001f\u007f',
  '</script>',
  '',
  ' ',
]) {
  test(`the digest over the user agent ${JSON.stringify(userAgent)} is the same here and in Postgres`, async () => {
    const world = await openWorld()
    await run(
      world,
      `insert into audit_event (id, occurred_at, type, actor_kind, request_id, user_agent, place, personal_salt, data)
      values (gen_random_uuid(), now(), 'login.failed', 'anonymous', 'x', $1, $1, 'salt', '{}')`,
      [userAgent],
    )
    const [event] = await listEvents(world)
    if (!event) throw new Error('There is no event.')
    await tamper(world.db, 'update audit_event set personal_digest = $1', [digestOf(event)])
    expect(await verifyPersonalParts(world)).toEqual({ checked: 1, destroyed: 0, bare: 0, broken: [] })
  })
}

test('what was recorded verifies, and still does once it is destroyed for one person', async () => {
  const { world, userId } = await openLivedWorld()
  await registerAndLogIn(world, grace)
  const before = await listEvents(world)
  expect(await verifyPersonalParts(world)).toEqual({ checked: before.length, destroyed: 0, bare: 0, broken: [] })

  const own = before.filter((event) => event.userId === userId).map(({ id }) => id)
  expect(own.length).toBeGreaterThan(3)
  const destroyed = await destroyOf(world.db, { userId, limit: 1000 })
  expect(destroyed.map(({ id }) => id).toSorted()).toEqual(own.toSorted())
  expect(await destroyOf(world.db, { userId, limit: 1000 })).toEqual([])

  const gone = { ipAddress: null, userAgent: null, place: null, personalSalt: null }
  const expected = before.map((event) => (own.includes(event.id) ? { ...event, ...gone } : event))
  expect((await listEvents(world)).toSorted(byId)).toEqual(expected.toSorted(byId))
  expect(await verifyPersonalParts(world)).toEqual({
    checked: before.length,
    destroyed: own.length,
    bare: 0,
    broken: [],
  })
})

test('it is destroyed in bounded steps', async () => {
  const { world, userId } = await openLivedWorld()
  const own = (await listEvents(world)).filter((event) => event.userId === userId)
  const steps: number[] = []
  for (let count = -1; count !== 0; steps.push(count)) count = (await destroyOf(world.db, { userId, limit: 2 })).length
  expect(Math.max(...steps)).toBe(2)
  expect(steps.reduce((sum, count) => sum + count, 0)).toBe(own.length)
})

test('what somebody did to another is destroyed with them too', async () => {
  const { world, userId } = await openLivedWorld()
  const other = crypto.randomUUID()
  const insert = `insert into audit_event (id, occurred_at, type, actor_kind, actor_id, user_id, request_id, ip_address, data)
    values (gen_random_uuid(), now(), 'role.granted', 'user', $1::text, $2::uuid, 'by another', '203.0.113.7', '{}')`
  await run(world, insert, [userId, other])
  await run(world, insert, [userId, null])
  await run(world, insert, [other, null])
  await destroyOf(world.db, { userId, limit: 1000 })
  const left = (await listEvents(world)).filter(({ requestId }) => requestId === 'by another')
  expect(left.map(({ actorId, ipAddress }) => [actorId, ipAddress]).toSorted()).toEqual(
    [
      [userId, null],
      [userId, null],
      [other, '203.0.113.7'],
    ].toSorted(),
  )
})

for (const [change, breaks] of [
  ["ip_address = '198.51.100.1'", true],
  ["user_agent = user_agent || '.'", true],
  ["place = 'Atlantis'", true],
  ['place = null', true],
  ["personal_salt = md5('')", true],
  ['personal_digest = null', true],
  ["personal_digest = md5('')", true],
  ['personal_salt = null', true],
  ['personal_salt = null, ip_address = null, user_agent = null', true],
  ['personal_salt = null, ip_address = null, user_agent = null, place = null', false],
] as const) {
  test(`an event with ${change} is ${breaks ? 'found' : 'one that is destroyed'}`, async () => {
    const { world } = await openLivedWorld()
    const [event] = await listEvents(world)
    await tamper(world.db, `update audit_event set ${change} where id = $1`, [event?.id])
    const { broken, destroyed } = await verifyPersonalParts(world)
    expect({ broken, destroyed }).toEqual({
      broken: breaks ? [String(event?.id)] : [],
      destroyed: breaks ? 0 : 1,
    })
  })
}

test('events of builds that made no digest are counted apart', async () => {
  const { world } = await openLivedWorld()
  await tamper(world.db, 'update audit_event set personal_salt = null, personal_digest = null, place = null')
  const events = await listEvents(world)
  expect(await verifyPersonalParts(world)).toEqual({
    checked: events.length,
    destroyed: 0,
    bare: events.length,
    broken: [],
  })
})
