import { beforeEach, expect, test } from 'bun:test'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { askToken, machineToken, makeKey, makeMachineKey, openKeyedWorld, query, registerStaff } from './keyed-world'

let world: World
let staff: TokenSet
let asker: Awaited<ReturnType<typeof makeMachineKey>>

beforeEach(async () => {
  world = await openKeyedWorld()
  staff = await registerStaff(world)
  asker = await makeMachineKey(world, staff, ['api-keys:verify', 'tokens:introspect'])
})

test('a program gets a token by its key, narrowed if it asks, which is a program’s and no person’s', async () => {
  const robot = await makeMachineKey(world, staff, ['users:read', 'tokens:introspect'])
  const all = await machineToken(world, robot)
  expect(all).toMatchObject({ expires_in: 900, scope: 'users:read tokens:introspect' })
  const [, payload = ''] = all.access_token.split('.')
  expect(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))).toMatchObject({
    ...{ iss: 'https://id.example.com', aud: 'https://id.example.com', sub: robot.clientId, client_id: robot.clientId },
    ...{ scope: 'users:read tokens:introspect', permissions: ['users:read', 'tokens:introspect'], key_id: robot.id },
  })
  expect((await world.send('GET /v1/me', { token: all.access_token })).body).toMatchObject({ code: 'unauthenticated' })
  const introspect = (token: string) =>
    world.send('POST /v1/auth/introspect', { token, form: `token=${all.access_token}` })
  expect((await introspect(all.access_token)).status).toBe(200)
  const narrow = await machineToken(world, robot, 'users:read')
  expect(narrow.scope).toBe('users:read')
  expect((await introspect(narrow.access_token)).status).toBe(403)
  expect(await query(world, "select 1 from audit_event where type = 'token.issued'")).toHaveLength(2)
})

test('a token whose key is revoked opens no privileged route from then on, and is inactive', async () => {
  const robot = await makeMachineKey(world, staff, ['service-accounts:read', 'tokens:introspect'])
  const { access_token: token } = await machineToken(world, robot)
  const list = () => world.send('GET /v1/admin/service-accounts', { token })
  expect((await list()).status).toBe(200)
  const ask = async () =>
    (await world.send('POST /v1/auth/introspect', { token: asker.key, form: `token=${token}` })).body
  expect(await ask()).toMatchObject({ active: true, client_id: robot.clientId, key_id: robot.id })
  const owner = `/v1/admin/service-accounts/${robot.clientId}`
  await world.send(`PATCH ${owner}`, { token: staff.accessToken, json: { isDisabled: true } })
  expect((await list()).body).toMatchObject({ code: 'invalid_api_key' })
  expect(await ask()).toEqual({ active: false })
  await world.send(`PATCH ${owner}`, { token: staff.accessToken, json: { isDisabled: false } })
  expect((await list()).status).toBe(200)
  await world.send(`DELETE ${owner}/api-keys/${robot.id}`, { token: staff.accessToken })
  expect((await list()).body).toMatchObject({ code: 'invalid_api_key' })
})

test('programs do what staff may by the database, and never what asks for a proof of who they are', async () => {
  const robot = await makeMachineKey(world, staff, ['service-accounts:read', 'service-accounts:write'])
  const { access_token } = await machineToken(world, robot)
  const json = { name: 'Another', permissions: [] }
  for (const token of [robot.key, access_token]) {
    expect((await world.send('GET /v1/admin/service-accounts', { token })).status).toBe(200)
    expect((await world.send('POST /v1/admin/service-accounts', { token, json })).status).toBe(403)
  }
  expect((await world.send('GET /v1/admin/service-accounts', { token: asker.key })).status).toBe(403)
  const none = await makeKey(world, staff)
  expect((await world.send('GET /v1/admin/service-accounts', { token: none.key })).status).toBe(404)
})

test('a token is asked for as RFC 6749 says, and refused as it says', async () => {
  const grant_type = 'client_credentials'
  const [client_id, client_secret] = [asker.clientId, asker.key]
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`,
  })
  expect((await askToken(world, { grant_type }, basic(client_id, client_secret))).status).toBe(200)
  const other = await makeMachineKey(world, staff, [])
  const cases: [fields: Record<string, string>, headers: Record<string, string>, status: number, error: string][] = [
    [{}, {}, 400, 'invalid_request'],
    [{ grant_type: 'password', client_id, client_secret }, {}, 400, 'unsupported_grant_type'],
    [{ grant_type }, {}, 401, 'invalid_client'],
    [{ grant_type, client_id, client_secret: `${client_secret}A` }, {}, 401, 'invalid_client'],
    [{ grant_type, client_id: 'robot', client_secret }, {}, 401, 'invalid_client'],
    [{ grant_type, client_id: other.clientId, client_secret }, {}, 401, 'invalid_client'],
    [{ grant_type, client_id: crypto.randomUUID(), client_secret }, {}, 401, 'invalid_client'],
    [{ grant_type }, basic(client_id, other.key), 401, 'invalid_client'],
    [{ grant_type }, { authorization: 'Basic ???' }, 401, 'invalid_client'],
    [{ grant_type, client_id, client_secret }, basic(client_id, client_secret), 400, 'invalid_request'],
    [{ grant_type, client_id, client_secret, scope: 'users:read' }, {}, 400, 'invalid_scope'],
  ]
  for (const [fields, headers, status, error] of cases) {
    const answer = await askToken(world, fields, headers)
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: { error, error_description: expect.any(String) },
    })
    expect(answer.headers.get('content-type')).toStartWith('application/json')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    if (status === 401) expect(answer.headers.get('www-authenticate')).toStartWith('Basic ')
  }
  const twice = await world.send('POST /v1/oauth/token', {
    form: `grant_type=${grant_type}&grant_type=${grant_type}&client_id=${client_id}&client_secret=${client_secret}`,
  })
  expect(twice.body).toMatchObject({ error: 'invalid_request' })
  const json = await world.send('POST /v1/oauth/token', { json: { grant_type, client_id, client_secret } })
  expect(json.body).toMatchObject({ error: 'invalid_request' })
  const personal = await makeKey(world, staff)
  const own = await askToken(world, { grant_type, client_id: staff.user.id, client_secret: personal.key })
  expect(own.body).toMatchObject({ error: 'invalid_client' })
})
