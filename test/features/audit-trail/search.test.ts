import { expect, test } from 'bun:test'
import { AuditPage, RecordView } from '#features/audit-trail/search-contract'
import { address, place, type World } from '../../platform'
import { userAgent } from '../../platform/calls'
import { listEvents } from '../audit/events'
import { openStaffWorld } from '../bulk/operators'
import { ada, grace, logIn, refresh, registerAndLogIn } from '../people'

const search = async (world: World, token: string, query: Record<string, string> = {}) => {
  const answer = await world.send(`GET /v1/admin/audit?${new URLSearchParams(query)}`, { token })
  expect(answer.status).toBe(200)
  return AuditPage.parse(answer.body)
}

/** Every page of a search, one after another. */
const searchAll = async (world: World, token: string, query: Record<string, string> = {}) => {
  const found: RecordView[] = []
  for (let cursor: string | null = null; ; ) {
    const page: AuditPage = await search(world, token, { ...query, ...(cursor !== null && { cursor }) })
    found.push(...page.items)
    cursor = page.nextCursor
    if (cursor === null) return found
  }
}

const typesIn = (records: RecordView[]) => records.map(({ type }) => type)

test('a record says who did what, to whom, from where, in which request and by which credential', async () => {
  const { world, token, adaId } = await openStaffWorld()
  const headers = { 'x-request-id': 'request-of-this-test' }
  await world.send('PATCH /v1/me', { token, headers, json: { name: 'Augusta' } })
  const { items, nextCursor } = await search(world, token, { requestId: 'request-of-this-test' })
  expect(nextCursor).toBeNull()
  expect(items).toEqual([
    {
      id: expect.any(String),
      position: expect.any(Number),
      occurredAt: world.clock.now().toISOString(),
      type: 'profile.updated',
      outcome: 'done',
      retention: 'security',
      actor: { kind: 'user', id: adaId, credential: expect.stringMatching(/^session:[0-9a-f-]{36}$/) },
      userId: adaId,
      sessionId: expect.any(String),
      requestId: 'request-of-this-test',
      traceId: null,
      ipAddress: address,
      userAgent,
      place,
      data: { fields: ['name'] },
      sealed: null,
    },
  ])
  const { body } = await world.send(`GET /v1/admin/audit/${items[0]?.id}`, { token })
  expect([RecordView.parse(body)]).toEqual(items)
})

test('all pages together are the whole record, newest first, each once', async () => {
  const { world, token } = await openStaffWorld()
  await registerAndLogIn(world, grace)
  await search(world, token)
  const known = (await listEvents(world))
    .map(({ id }) => id)
    .toSorted()
    .toReversed()
  const found = await searchAll(world, token, { limit: '3', to: world.clock.now().toISOString() })
  expect(found).toEqual([])
  world.advance(60)
  const all = await searchAll(world, token, { limit: '3', to: world.clock.now().toISOString() })
  expect(all.map(({ id }) => id).filter((id) => known.includes(id))).toEqual(known)
})

test('filters mean what fulfils all of them', async () => {
  const { world, token, adaId } = await openStaffWorld()
  world.advance(10)
  const begins = world.clock.now().toISOString()
  const { user } = await registerAndLogIn(world, grace)
  await refresh(world, await logIn(world, grace))
  await world.send('POST /v1/auth/login', { json: { email: grace.email, password: 'wrong' } })
  await world.send('POST /v1/auth/login', { json: { email: ada.email, password: 'wrong' } })
  await world.db.run('update "user" set email_verified_at = now()', [], 'objects')
  const made = await world.send('POST /v1/organizations', { token, json: { name: 'Engines', slug: 'engines' } })
  expect(made.status).toBe(201)
  const organizationId = String(
    (await listEvents(world)).find(({ type }) => type === 'organization.created')?.data.organizationId,
  )
  world.advance(10)
  const ends = world.clock.now().toISOString()
  const since = { from: begins, to: ends }
  expect(typesIn(await searchAll(world, token, { ...since, type: 'login.' })).toSorted()).toEqual([
    'login.failed',
    'login.failed',
    'login.succeeded',
  ])
  expect(
    typesIn(await searchAll(world, token, { ...since, type: 'login.failed,session.refreshed' })).toSorted(),
  ).toEqual(['login.failed', 'login.failed', 'session.refreshed'])
  const ofGrace = await searchAll(world, token, { ...since, userId: user.id })
  expect(new Set(ofGrace.map(({ userId }) => userId))).toEqual(new Set([user.id]))
  expect(typesIn(await searchAll(world, token, { ...since, userId: user.id, outcome: 'failed' }))).toEqual([
    'login.failed',
  ])
  expect(typesIn(await searchAll(world, token, { ...since, retention: 'activity' }))).toEqual(['session.refreshed'])
  expect(typesIn(await searchAll(world, token, { ...since, organizationId }))).toContain('organization.created')
  const byAda = await searchAll(world, token, { ...since, actorId: adaId })
  expect(typesIn(byAda)).toContain('organization.created')
  expect(new Set(byAda.map(({ actor }) => actor.id))).toEqual(new Set([adaId]))
  expect((await searchAll(world, token, { ...since, ipAddress: address })).length).toBeGreaterThan(4)
  expect(await searchAll(world, token, { ...since, ipAddress: '203.0.113.8' })).toEqual([])
  expect(await searchAll(world, token, { ...since, traceId: '0'.repeat(32) })).toEqual([])
  const bySystem = await searchAll(world, token, { actorId: 'send-registration-mail' })
  expect(new Set(bySystem.map(({ actor }) => actor.kind))).toEqual(new Set(['system']))
})

test('what is not there any more is not found by it', async () => {
  const { world, token } = await openStaffWorld()
  await world.db.run(
    'update audit_event set ip_address = null, user_agent = null, place = null, personal_salt = null',
    [],
    'objects',
  )
  const items = await searchAll(world, token, { ipAddress: address })
  expect(new Set(typesIn(items))).toEqual(new Set(['audit.read']))
})

test('that somebody reads the record is in it, by what they asked and not for what, once for all pages', async () => {
  const { world, token, adaId } = await openStaffWorld()
  await searchAll(world, token, { userId: adaId, outcome: 'done', limit: '2' })
  world.advance(1)
  const { items } = await search(world, token, { type: 'audit.' })
  world.advance(1)
  await world.send(`GET /v1/admin/audit/${items[0]?.id}`, { token })
  const reads = (await listEvents(world)).filter(({ type }) => type === 'audit.read')
  expect(reads.map(({ data }) => data)).toEqual([
    { filters: ['userId', 'outcome'] },
    { filters: ['type'] },
    { filters: ['id'] },
  ])
  expect(reads.map(({ actorId }) => actorId)).toEqual([adaId, adaId, adaId])
})

test('a page that looks at ten thousand records says where the next one goes on', async () => {
  const { world, token } = await openStaffWorld()
  await world.db.run(
    `insert into audit_event (id, occurred_at, type, actor_kind, request_id, data, outcome)
    select (lpad(to_hex((extract(epoch from $1::timestamptz) * 1000)::bigint + n), 12, '0') || '7000a' || lpad(n::text, 15, '0'))::uuid,
      $1::timestamptz + n * interval '1ms', 'profile.updated', 'system', 'x', '{}', case when n = 1 then 'failed' else 'done' end
    from generate_series(1, 12000) n`,
    [world.clock.now().toISOString()],
    'objects',
  )
  world.advance(60)
  const first = await search(world, token, { outcome: 'failed' })
  expect(first.items).toEqual([])
  expect(first.nextCursor).not.toBeNull()
  expect(typesIn(await searchAll(world, token, { outcome: 'failed' }))).toEqual(['profile.updated'])
  expect(typesIn(await searchAll(world, token, { outcome: 'failed', type: 'profile.updated' }))).toEqual([
    'profile.updated',
  ])
})

test('the number of its seal is with a record that is under one', async () => {
  const { world, token } = await openStaffWorld()
  const { items } = await search(world, token, { type: 'account.registered' })
  const position = String(items[0]?.position)
  await world.db.run(
    `insert into audit_seal (retention, number, first_position, last_position, leaves, statement, sealed_at)
    values ('security', 1, 1, $1::bigint, '', 'x', now()), ('security', 2, $1::bigint + 2, $1::bigint + 9, '', 'x', now())`,
    [position],
    'objects',
  )
  const sealed = await searchAll(world, token, { retention: 'security' })
  const under = (at: number) => sealed.find((record) => record.position === Number(position) + at)?.sealed
  expect([under(0), under(1), under(2)]).toEqual([1, null, 2])
})

test('what is no filter is refused, and what nobody could have asked finds nothing', async () => {
  const { world, token } = await openStaffWorld()
  for (const query of [
    'type=nothing.',
    'type=login.,',
    'type=login',
    'traceId=x',
    'ipAddress=here',
    'cursor=x',
    'offset=1',
    'userId=1',
    'actorId=%00',
  ]) {
    expect((await world.send(`GET /v1/admin/audit?${query}`, { token })).status).toBe(422)
  }
  expect(await searchAll(world, token, { actorId: "' or true --" }).catch(() => 'refused')).toBe('refused')
  expect(await searchAll(world, token, { from: '9999-12-31T23:59:59Z' })).toEqual([])
  expect(await searchAll(world, token, { to: '0001-01-01T00:00:00Z' })).toEqual([])
  expect((await world.send(`GET /v1/admin/audit/${crypto.randomUUID()}`, { token })).status).toBe(404)
})
