import { expect, test } from 'bun:test'
import { given } from '../given'
import { ApiKey, CreatedKey, KeyPage, makeKey, makeProgram } from '../support/api-keys'
import { fromOwnPage } from '../support/browser'
import { addressHeader, freshAddress, from } from '../support/callers'
import { expectProblem } from '../support/expect-problem'
import { findLeaks } from '../support/secrets'
import type { Server } from '../support/server'
import { staffTarget } from '../support/staff-target'

const { server, staff } = await staffTarget({ TRUSTED_PROXY: 'hops:1' })

const admin = () => given.session(server, staff)

test('a key is made, read, changed, rolled and revoked by its owner, and shown this once', async () => {
  const me = await admin()
  const { accessToken } = me
  const { key, ...made } = await makeKey(server, me, {
    scopes: ['users:read', 'users:ban'],
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
  })
  const at = `/v1/api-keys/${made.id}`
  expect(ApiKey.parse((await server.send(`GET ${at}`, { accessToken })).json)).toEqual(made)
  expect(KeyPage.parse((await server.send('GET /v1/api-keys?limit=100', { accessToken })).json).items).toContainEqual(
    made,
  )
  const changed = await server.send(`PATCH ${at}`, { accessToken, json: { name: 'Daily', scopes: ['users:read'] } })
  expect(ApiKey.parse(changed.json)).toEqual({ ...made, name: 'Daily', scopes: ['users:read'] })
  const rolled = CreatedKey.parse(
    (await server.send(`POST ${at}/roll`, { accessToken, json: { overlapSeconds: 60 } })).json,
  )
  expect(rolled).toMatchObject({ name: 'Daily', scopes: ['users:read'] })
  expect(rolled.key).not.toBe(key)
  expectProblem(await server.send(`POST ${at}/roll`, { accessToken, json: {} }), 409, 'already_rolled')
  for (const _ of [1, 2]) expect((await server.send(`DELETE ${at}`, { accessToken })).status).toBe(204)
  expectProblem(await server.send(`GET ${at}`, { accessToken }), 404, 'not_found')
})

test('nobody gets scopes that they do not have, and another’s keys look unknown', async () => {
  const [me, eve] = [await admin(), await given.person(server)]
  const json = { name: 'Nightly', scopes: ['users:read'] }
  expectProblem(
    await server.send('POST /v1/api-keys', { accessToken: eve.accessToken, json }),
    403,
    'missing_permission',
  )
  const mine = await makeKey(server, me)
  const { accessToken } = eve
  const unknown = crypto.randomUUID()
  for (const [method, path, body] of [
    ['GET', ''],
    ['PATCH', '', { name: 'Mine' }],
    ['DELETE', ''],
    ['POST', '/roll', {}],
  ] as const) {
    const attempt = async (keyId: string) => {
      const route = `${method} /v1/api-keys/${keyId}${path}`
      const reply = await server.send(route, { accessToken, ...(body && { json: body }) })
      return { ...expectProblem(reply, 404, 'not_found'), instance: '', requestId: '' }
    }
    expect(await attempt(mine.id)).toEqual(await attempt(unknown))
  }
  for (const route of ['GET /v1/admin/service-accounts', `GET /v1/admin/service-accounts/${unknown}/api-keys`]) {
    expectProblem(await server.send(route, { accessToken }), 404, 'not_found')
  }
  expectProblem(await server.send(`GET /v1/organizations/${unknown}/api-keys`, { accessToken }), 404, 'not_found')
  const injected = { ...json, scopes: [], userId: staff.email, organizationId: unknown, role: 'admin' }
  expectProblem(await server.send('POST /v1/api-keys', { accessToken, json: injected }), 422, 'invalid_request')
})

test('a key is no session, and comes alone', async () => {
  const me = await admin()
  const { key } = await makeKey(server, me, { scopes: ['users:read'] })
  for (const route of ['GET /v1/me', 'GET /v1/sessions', 'GET /v1/api-keys', 'DELETE /v1/me']) {
    expectProblem(await server.send(route, { accessToken: key }), 401, 'unauthenticated')
  }
  const both = { cookie: `__Host-access=${me.accessToken}`, ...fromOwnPage }
  expectProblem(await server.send('GET /v1/me', { accessToken: key, headers: both }), 400, 'multiple_credentials')
  const inCookie = { cookie: `__Host-access=${key}` }
  expectProblem(await server.send('GET /v1/me', { headers: inCookie }), 401, 'invalid_access_token')
  const garbage = await server.send('GET /v1/me', { accessToken: `${key.slice(0, -4)}AAAA` })
  expectProblem(garbage, 401, 'invalid_api_key')
  expect(garbage.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

test('a key is accepted from its networks, as the proxy vouches for them', async () => {
  const me = await admin()
  const here = freshAddress()
  const { key } = await makeKey(server, me, { allowedNetworks: [`${here}/32`] })
  const codeFrom = async (address: string) => {
    const reply: Awaited<ReturnType<Server['send']>> = await from(server, address).send('GET /v1/me', {
      accessToken: key,
    })
    return Object(reply.json).code
  }
  expect(addressHeader).not.toBe('')
  expect(await codeFrom(here)).toBe('unauthenticated')
  expect(await codeFrom('192.0.2.1')).toBe('network_not_allowed')
})

test('a revoked key is refused ten seconds later at the latest, and no log holds a key', async () => {
  const me = await admin()
  const robot = await makeProgram(server, me, ['tokens:introspect'])
  const use = () => server.send('POST /v1/auth/introspect', { accessToken: robot.key, json: { token: 'x' } })
  expect((await use()).status).toBe(200)
  expect((await server.send(`DELETE ${robot.owner}/${robot.id}`, me)).status).toBe(204)
  await Bun.sleep(10_000)
  expectProblem(await use(), 401, 'invalid_api_key')
  expect(findLeaks(server.output())).toEqual([])
}, 30_000)
