import { beforeEach, expect, test } from 'bun:test'
import type { TokenSet } from '#features/sessions/contract'
import { address, type World } from '../../platform'
import { foreignKey } from '../../support/foreign-key'
import { grace, registerAndLogIn } from '../people'
import { inSeconds, makeKey, makeMachineKey, openKeyedWorld, query, registerStaff } from './keyed-world'

let world: World
let staff: TokenSet
let asker: Awaited<ReturnType<typeof makeMachineKey>>

beforeEach(async () => {
  world = await openKeyedWorld()
  staff = await registerStaff(world)
  asker = await makeMachineKey(world, staff, ['api-keys:verify', 'tokens:introspect'])
})

const verify = async (key: string, more: object = {}, token = asker.key) =>
  (await world.send('POST /v1/api-keys/verify', { token, json: { key, ...more } })).body

const unknown = {
  valid: false,
  code: 'invalid',
  keyId: null,
  name: null,
  owner: null,
  organizationId: null,
  scopes: [],
  expiresAt: null,
  remaining: null,
}

test('a service is told whose a key is and what it may do; what is none, was revoked or is mistyped looks the same', async () => {
  const mine = await makeKey(world, staff, { scopes: ['users:read'], allowedNetworks: ['192.0.2.0/24'] })
  const ipAddress = '192.0.2.9'
  const good = {
    ...unknown,
    ...{ valid: true, code: 'valid', keyId: mine.id, name: 'Nightly', scopes: ['users:read'] },
    owner: { kind: 'user', id: staff.user.id },
  }
  expect(await verify(mine.key, { ipAddress })).toEqual(good)
  expect(await verify(mine.key, { ipAddress, permissions: ['users:read'] })).toEqual(good)
  const refused = { ...good, valid: false }
  expect(await verify(mine.key, { ipAddress, permissions: ['users:ban'] })).toEqual({
    ...refused,
    code: 'insufficient_permissions',
  })
  for (const elsewhere of [{ ipAddress: '192.0.3.1' }, { ipAddress: '::ffff:192.0.3.1' }, {}]) {
    expect(await verify(mine.key, elsewhere)).toEqual({ ...refused, code: 'network_not_allowed' })
  }
  expect(await verify(mine.key, { ipAddress: '::ffff:192.0.2.1' })).toEqual(good)
  await world.send(`DELETE /v1/api-keys/${mine.id}`, { token: staff.accessToken })
  world.advance(10)
  for (const key of [mine.key, foreignKey(), foreignKey(), 'garbage', `${mine.key}A`])
    expect(await verify(key)).toEqual(unknown)
})

test('a key that has expired says so to services, and nothing to who shows it', async () => {
  const mine = await makeKey(world, staff, { expiresAt: inSeconds(world, 60) })
  expect(await verify(mine.key)).toMatchObject({ valid: true, expiresAt: mine.expiresAt })
  world.advance(60)
  expect(await verify(mine.key)).toMatchObject({ valid: false, code: 'expired', keyId: mine.id })
  expect((await world.send('GET /v1/me', { token: mine.key })).body).toMatchObject({ code: 'invalid_api_key' })
})

test('only programs of the platform that may ask are told: no person, no other key', async () => {
  const ownKey = await makeKey(world, staff, { scopes: ['users:read'] })
  const ask = (token?: string) =>
    world.send('POST /v1/api-keys/verify', { ...(token !== undefined && { token }), json: { key: 'x' } })
  expect(await ask()).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  for (const token of [staff.accessToken, ownKey.key]) {
    expect(await ask(token)).toMatchObject({ status: 403, body: { code: 'missing_permission' } })
  }
})

test('a key is what it is allowed and its owner still may: a role that is gone takes its scopes along', async () => {
  const mine = await makeKey(world, staff, { scopes: ['users:read', 'api-keys:verify'] })
  expect(await verify(asker.key, {}, mine.key)).toMatchObject({ valid: true })
  await query(world, 'delete from role_assignment where user_id = $1', [staff.user.id])
  world.advance(10)
  expect(await verify(mine.key)).toMatchObject({ valid: true, scopes: [] })
  const refused = await world.send('POST /v1/api-keys/verify', { token: mine.key, json: { key: 'x' } })
  expect(refused.status).toBe(403)
})

test('a key is accepted from its networks only', async () => {
  const here = await makeKey(world, staff, { allowedNetworks: [`${address}/32`] })
  const elsewhere = await makeKey(world, staff, { allowedNetworks: ['198.51.100.0/24', '2001:db8::/32'] })
  const codeOf = async (token: string) => Object((await world.send('GET /v1/me', { token })).body).code
  expect(await codeOf(here.key)).toBe('unauthenticated')
  expect(await codeOf(elsewhere.key)).toBe('network_not_allowed')
  const nowhere = world.startAnother({}, { remoteAddress: () => undefined })
  expect((await nowhere.send('GET /v1/me', { token: here.key })).body).toMatchObject({ code: 'network_not_allowed' })
})

test('what a token is worth: a person’s until the session ends, a key’s until it is revoked, else nothing is said', async () => {
  const person = await registerAndLogIn(world, grace)
  const ask = async (token: string) =>
    (await world.send('POST /v1/auth/introspect', { token: asker.key, json: { token } })).body
  expect(await ask(person.accessToken)).toMatchObject({ active: true, sub: person.user.id, sid: person.sessionId })
  const mine = await makeKey(world, staff, { scopes: ['users:read'], expiresAt: inSeconds(world, 600) })
  expect(await ask(mine.key)).toMatchObject({
    active: true,
    token_type: 'api_key',
    sub: staff.user.id,
    scope: 'users:read',
  })
  await world.send('POST /v1/auth/logout', { token: person.accessToken })
  expect(await ask(person.accessToken)).toEqual({ active: false })
  world.advance(600)
  for (const token of [mine.key, 'garbage', 'a.b.c', person.refreshToken])
    expect(await ask(token)).toEqual({ active: false })
})
