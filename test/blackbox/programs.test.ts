import { expect, test } from 'bun:test'
import { given } from '../given'
import { makeKey, makeProgram } from '../support/api-keys'
import { expectProblem } from '../support/expect-problem'
import { foreignKey } from '../support/foreign-key'
import { takeApart } from '../support/forgery'
import { noteSecret } from '../support/secrets'
import { staffTarget } from '../support/staff-target'

const { server, staff } = await staffTarget({ TRUSTED_PROXY: 'hops:1' })

const admin = () => given.session(server, staff)

test('services are told of a key by a program that may ask, and nothing of one that is none', async () => {
  const me = await admin()
  const asker = await makeProgram(server, me, ['api-keys:verify'])
  const mine = await makeKey(server, me, { scopes: ['users:read'] })
  const verify = async (key: string, more: object = {}) => {
    const reply = await server.send('POST /v1/api-keys/verify', { accessToken: asker.key, json: { key, ...more } })
    expect(reply.status).toBe(200)
    return Object(reply.json)
  }
  const good = await verify(mine.key, { permissions: ['users:read'] })
  expect(good).toMatchObject({ valid: true, code: 'valid', keyId: mine.id, scopes: ['users:read'] })
  expect(await verify(mine.key, { permissions: ['users:ban'] })).toMatchObject({
    ...{ valid: false, code: 'insufficient_permissions', keyId: mine.id },
  })
  const none = await verify(foreignKey())
  expect(none).toMatchObject({ valid: false, code: 'invalid', keyId: null, owner: null })
  expect(Object.keys(none)).toEqual(Object.keys(good))
  expect(await verify('garbage')).toEqual(none)
  const { accessToken } = me
  expectProblem(
    await server.send('POST /v1/api-keys/verify', { accessToken, json: { key: 'x' } }),
    403,
    'missing_permission',
  )
})

test('a program signs in for itself; what is wrong is said as RFC 6749 has it', async () => {
  const me = await admin()
  const robot = await makeProgram(server, me, ['service-accounts:read', 'tokens:introspect'])
  const ask = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    server.send('POST /v1/oauth/token', {
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  const credentials = { grant_type: 'client_credentials', client_id: robot.clientId, client_secret: robot.key }
  const granted = await ask({ ...credentials, scope: 'service-accounts:read' })
  expect(granted.status, granted.text).toBe(200)
  expect(granted.headers.get('cache-control')).toBe('no-store')
  expect(granted.json).toEqual({
    ...{
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'service-accounts:read',
    },
  })
  expect(Object(granted.json).expires_in).toBeWithin(810, 901)
  const accessToken = Object(granted.json).access_token
  const { header, payload } = takeApart(accessToken)
  expect(header).toMatchObject({ typ: 'at+jwt' })
  expect(payload).toMatchObject({ sub: robot.clientId, client_id: robot.clientId, scope: 'service-accounts:read' })
  expect((await server.send('GET /v1/admin/service-accounts', { accessToken })).status).toBe(200)
  expectProblem(await server.send('GET /v1/me', { accessToken }), 401, 'unauthenticated')
  const basic = `Basic ${btoa(`${robot.clientId}:${robot.key}`)}`
  noteSecret(basic.slice(6))
  expect((await ask({ grant_type: 'client_credentials' }, { authorization: basic })).status).toBe(200)
  const refusals: [Awaited<ReturnType<typeof ask>>, number, string][] = [
    [await ask({}), 400, 'invalid_request'],
    [await ask({ ...credentials, grant_type: 'password' }), 400, 'unsupported_grant_type'],
    [await ask({ ...credentials, client_secret: 'garbage' }), 401, 'invalid_client'],
    [await ask({ ...credentials, client_id: crypto.randomUUID() }), 401, 'invalid_client'],
    [await ask(credentials, { authorization: basic }), 400, 'invalid_request'],
    [await ask({ ...credentials, scope: 'users:ban' }), 400, 'invalid_scope'],
  ]
  for (const [{ status, json, headers }, expected, error] of refusals) {
    expect({ status, json }).toEqual({ status: expected, json: { error, error_description: expect.any(String) } })
    expect(headers.get('cache-control')).toBe('no-store')
    if (status === 401) expect(headers.get('www-authenticate')).toMatch(/^Basic realm=/)
  }
  await server.send(`DELETE ${robot.owner}/${robot.id}`, me)
  const late = await server.send('GET /v1/admin/service-accounts', { accessToken })
  expectProblem(late, 401, 'invalid_api_key')
  expect((await ask(credentials)).status).toBe(401)
})

test('what a token is worth is told to programs that may ask, by form or JSON, and ends with its session', async () => {
  const me = await admin()
  const asker = await makeProgram(server, me, ['tokens:introspect'])
  const someone = await given.person(server)
  const introspect = async (token: string, isForm = true) => {
    const reply = await server.send('POST /v1/auth/introspect', {
      accessToken: asker.key,
      ...(isForm
        ? { body: `token=${token}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } }
        : { json: { token } }),
    })
    expect(reply.status, reply.text).toBe(200)
    return reply.json
  }
  for (const isForm of [true, false]) {
    expect(await introspect(someone.accessToken, isForm)).toMatchObject({ active: true, sub: someone.user.id })
  }
  await server.send('POST /v1/auth/logout', someone)
  expect(await introspect(someone.accessToken)).toEqual({ active: false })
  expect(await introspect('garbage')).toEqual({ active: false })
  const { accessToken } = me
  expectProblem(
    await server.send('POST /v1/auth/introspect', { accessToken, json: { token: 'x' } }),
    403,
    'missing_permission',
  )
  expectProblem(await server.send('POST /v1/auth/introspect', { json: { token: 'x' } }), 401, 'unauthenticated')
})
