import { beforeEach, expect, test } from 'bun:test'
import { ApiKeyPage } from '#features/api-keys/contract'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { grace, registerAndLogIn } from '../people'
import { inSeconds, makeKey, openKeyedWorld, query, registerStaff } from './keyed-world'

let world: World
let staff: TokenSet
let other: TokenSet

beforeEach(async () => {
  world = await openKeyedWorld()
  staff = await registerStaff(world)
  other = await registerAndLogIn(world, grace)
})

const listOf = async ({ accessToken: token }: TokenSet, search = '') =>
  ApiKeyPage.parse((await world.send(`GET /v1/api-keys${search}`, { token })).body)

test('a key is shown once, and only its hash is kept', async () => {
  const { key, ...rest } = await makeKey(world, staff, { scopes: ['users:read'], allowedNetworks: ['203.0.113.0/24'] })
  expect(key).toMatch(/^postern_[\w-]{48}$/)
  expect(rest).toEqual({
    id: expect.any(String),
    name: 'Nightly',
    prefix: key.slice(0, 16),
    scopes: ['users:read'],
    allowedNetworks: ['203.0.113.0/24'],
    limitPerMinute: null,
    expiresAt: null,
    lastUsedAt: null,
    createdAt: world.clock.now().toISOString(),
  })
  expect((await listOf(staff)).items).toEqual([rest])
  const stored = JSON.stringify(await query(world, 'select * from api_key'))
  expect(stored).not.toContain(key)
  expect(stored).not.toContain(key.slice(16))
  expect(stored).toContain(new Bun.CryptoHasher('sha256').update(key).digest('hex'))
  expect(JSON.stringify(world.logs)).not.toContain(key)
})

test('scopes are among what the owner may do now, of the platform and of the application by its roles', async () => {
  const attempt = (token: string, scopes: string[]) =>
    world.send('POST /v1/api-keys', { token, json: { name: 'Nightly', scopes } })
  expect((await attempt(other.accessToken, ['users:read'])).body).toMatchObject({ code: 'missing_permission' })
  expect((await attempt(staff.accessToken, ['users:fly'])).body).toMatchObject({ code: 'missing_permission' })
  expect((await attempt(other.accessToken, ['invoices:read'])).status).toBe(403)
  const now = world.clock.now()
  await query(world, "insert into role values ('clerk', '', $1::text::jsonb, $2, $2)", ['["invoices:read"]', now])
  await query(world, "insert into role_assignment values ($1, 'clerk', $2, null)", [other.user.id, now])
  expect((await attempt(other.accessToken, ['invoices:read'])).status).toBe(201)
})

test('another’s key looks as if there were none, whatever is done to it, and nothing happens to it', async () => {
  const { id } = await makeKey(world, staff)
  const { accessToken: token } = other
  for (const [route, json] of [
    [`GET /v1/api-keys/${id}`],
    [`PATCH /v1/api-keys/${id}`, { name: 'Mine' }],
    [`DELETE /v1/api-keys/${id}`],
    [`POST /v1/api-keys/${id}/roll`, {}],
  ] as const) {
    const answer = await world.send(route, { token, ...(json && { json }) })
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  expect((await listOf(other)).items).toEqual([])
  expect((await listOf(staff)).items).toMatchObject([{ id, name: 'Nightly' }])
})

test('what makes or changes a key asks for a fresh proof; what revokes one does not', async () => {
  const { id } = await makeKey(world, staff)
  world.advance(301)
  const { accessToken: token } = staff
  for (const [route, json] of [
    ['POST /v1/api-keys', { name: 'Nightly', scopes: [] }],
    [`PATCH /v1/api-keys/${id}`, { name: 'Daily' }],
    [`POST /v1/api-keys/${id}/roll`, {}],
  ] as const) {
    const answer = await world.send(route, { token, json })
    expect(answer).toMatchObject({ status: 401, body: { code: 'insufficient_user_authentication' } })
  }
  for (const _ of [1, 2]) expect((await world.send(`DELETE /v1/api-keys/${id}`, { token })).status).toBe(204)
  expect((await world.send(`GET /v1/api-keys/${id}`, { token })).status).toBe(404)
  expect((await listOf(staff)).items).toEqual([])
  const events = await query(world, "select 1 from audit_event where type = 'api_key.revoked'")
  expect(events).toHaveLength(1)
})

test('a change renames, and takes scopes away, but gives none', async () => {
  const { id } = await makeKey(world, staff, { scopes: ['users:read', 'users:ban'], limitPerMinute: 5 })
  const { accessToken: token } = staff
  const change = async (json: object) => (await world.send(`PATCH /v1/api-keys/${id}`, { token, json })).body
  expect(await change({ name: 'Daily', scopes: ['users:read'] })).toMatchObject({
    name: 'Daily',
    scopes: ['users:read'],
    limitPerMinute: 5,
  })
  expect(await change({ scopes: ['users:read', 'users:ban'] })).toMatchObject({ code: 'missing_permission' })
  expect(await change({ limitPerMinute: null, allowedNetworks: ['2001:db8::/32'] })).toMatchObject({
    limitPerMinute: null,
    allowedNetworks: ['2001:db8::/32'],
  })
  expect(await change({ userId: other.user.id })).toMatchObject({ code: 'invalid_request' })
  expect(await change({ allowedNetworks: ['everywhere'] })).toMatchObject({ code: 'invalid_request' })
})

test('a roll makes one successor with the same properties for as long again, and the old one ends after the overlap', async () => {
  const fields = { scopes: ['users:read'], allowedNetworks: ['203.0.113.0/24'], limitPerMinute: 7 }
  const old = await makeKey(world, staff, { ...fields, expiresAt: inSeconds(world, 7200) })
  world.advance(60)
  const { accessToken: token } = staff
  const roll = (json: object = {}) => world.send(`POST /v1/api-keys/${old.id}/roll`, { token, json })
  const { body } = await roll({ overlapSeconds: 600 })
  const at = (seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000).toISOString()
  expect(body).toMatchObject({ ...fields, name: 'Nightly', expiresAt: at(7200) })
  expect(await roll()).toMatchObject({ status: 409, body: { code: 'already_rolled' } })
  expect((await world.send(`GET /v1/api-keys/${old.id}`, { token })).body).toMatchObject({ expiresAt: at(600) })
  world.advance(601)
  const use = (key: string) => world.send('GET /v1/api-keys', { token: key })
  expect((await use(old.key)).body).toMatchObject({ code: 'invalid_api_key' })
  // A key is no person: it is known, and still not let in there.
  expect((await use(Object(body).key)).body).toMatchObject({ code: 'unauthenticated' })
})

test('of a line of keys two are accepted at the most: the next roll ends the first', async () => {
  const first = await makeKey(world, staff)
  const { accessToken: token } = staff
  const second = Object((await world.send(`POST /v1/api-keys/${first.id}/roll`, { token, json: {} })).body)
  await world.send(`POST /v1/api-keys/${second.id}/roll`, { token, json: {} })
  const codeOf = async (key: string) => Object((await world.send('GET /v1/api-keys', { token: key })).body).code
  expect(await codeOf(first.key)).toBe('invalid_api_key')
  expect(await codeOf(second.key)).toBe('unauthenticated')
})

test('an owner has fifty keys at the most; those that ended make room', async () => {
  const made = []
  for (let count = 0; count < 50; count += 1)
    made.push(await makeKey(world, other, { expiresAt: inSeconds(world, 120) }))
  const json = { name: 'Nightly', scopes: [] }
  const { accessToken: token } = other
  expect(await world.send('POST /v1/api-keys', { token, json })).toMatchObject({
    status: 409,
    body: { code: 'too_many_api_keys' },
  })
  await world.send(`DELETE /v1/api-keys/${made[0]?.id}`, { token })
  await makeKey(world, other)
  world.advance(121)
  await makeKey(world, other)
  expect((await listOf(other, '?limit=100')).items.length).toBe(51)
})

test('pages go on where the one before ended', async () => {
  const made: string[] = []
  for (let count = 0; count < 5; count += 1) made.push((await makeKey(world, staff)).id)
  const first = await listOf(staff, '?limit=3')
  const second = await listOf(staff, `?limit=3&cursor=${first.nextCursor}`)
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.toSorted())
  expect(second.nextCursor).toBeNull()
})

test('a request that is repeated with an idempotency key makes one key, and shows the same', async () => {
  const call = {
    token: staff.accessToken,
    json: { name: 'Nightly', scopes: [] },
    headers: { 'idempotency-key': 'k-1' },
  }
  const [one, two] = [await world.send('POST /v1/api-keys', call), await world.send('POST /v1/api-keys', call)]
  expect(two.headers.get('idempotent-replayed')).toBe('true')
  expect(two.body).toEqual(one.body)
  expect((await listOf(staff)).items).toHaveLength(1)
  expect(JSON.stringify(await query(world, 'select * from idempotent_answer'))).not.toContain(Object(one.body).key)
})

test('nobody’s keys outlive the account: who may not come in has none', async () => {
  const { key } = await makeKey(world, other)
  await query(world, 'update "user" set banned_at = $1 where id = $2', [world.clock.now(), other.user.id])
  expect((await world.send('GET /v1/api-keys', { token: key })).body).toMatchObject({ code: 'invalid_api_key' })
})

test('who must have a second factor makes keys with it only, and no key has ended before it is made', async () => {
  const strict = world.startAnother({ MFA_REQUIRED_ROLES: 'admin' })
  const { accessToken: token } = staff
  const json = { name: 'Nightly', scopes: ['users:read'] }
  const refused = await strict.send('POST /v1/api-keys', { token, json })
  expect(refused.body).toMatchObject({ code: 'insufficient_user_authentication', acrValues: 'aal2' })
  const late = await world.send('POST /v1/api-keys', { token, json: { ...json, expiresAt: inSeconds(world, 0) } })
  expect(late.body).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/expiresAt', code: 'in_the_past' }] })
})
