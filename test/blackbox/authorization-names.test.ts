import { expect, test } from 'bun:test'
import { expectFaultyField } from '../support/expect-problem'
import { openRoutes } from '../support/open-routes'
import { fillRoute, listOperations, type Operation } from '../support/operations'
import { requestBodies } from '../support/request-bodies'
import type { Reply } from '../support/send'
import { staffedTarget } from '../support/staffed-target'
import { visible } from '../support/visible'

const { server, boss, powerless } = await staffedTarget()
const operations = await listOperations(server)

/** What names somebody else, or more than the caller is. */
const injected: Record<string, string> = {
  userId: boss.user.id,
  organizationId: '00000000-0000-7000-8000-000000000001',
  role: 'admin',
  tenantId: '00000000-0000-7000-8000-000000000001',
}

const isGuarded = ({ route }: Operation) => openRoutes[route] !== 'public'
const isOfStaff = ({ route }: Operation) => openRoutes[route]?.startsWith('staff ') ?? false

/** Who may do it. */
const credentialFor = (operation: Operation) =>
  isOfStaff(operation)
    ? { accessToken: boss.accessToken }
    : isGuarded(operation)
      ? { accessToken: powerless.accessToken }
      : {}

const taking = operations.filter(({ takesBody }) => takesBody)

test.each(taking.map((operation) => [operation.route, operation] as const))(
  '%s refuses in its body who and what is not asked for',
  async (route, operation) => {
    for (const [name, value] of Object.entries(injected)) {
      if (operation.bodyFields.includes(name)) continue
      const json = { ...requestBodies[route]?.(), [name]: value }
      expectFaultyField(await server.send(fillRoute(route), { json, ...credentialFor(operation) }), `/${name}`)
    }
  },
)

/** Answers that are another each time, or grow by being asked for. */
const isSteady = ({ route }: Operation) => !/^GET \/(dev\/|health\/|internal\/|metrics$)/.test(route)
const reading = operations.filter((operation) => operation.method === 'GET' && isSteady(operation))

test.each(reading.map((operation) => [operation.route, operation] as const))(
  '%s refuses or ignores in its query who and what is not asked for',
  async (route, operation) => {
    const ask = (query = '') => server.send(fillRoute(route) + query, credentialFor(operation))
    const asked = visible(await ask())
    for (const [name, value] of Object.entries(injected)) {
      if (operation.queryFields.includes(name)) continue
      const reply = await ask(`?${name}=${value}`)
      if (operation.queryFields.length === 0) expect(visible(reply), name).toEqual(asked)
      else if (asked.status === 200) expectFaultyField(reply, `/${name}`)
      else expect([asked.status, 422], name).toContain(reply.status)
    }
  },
)

/** What a proxy may say, or a framework read, and we do not. */
const headers = {
  'x-user-id': boss.user.id,
  'x-organization-id': injected.organizationId ?? '',
  'x-tenant-id': injected.tenantId ?? '',
  'x-role': 'admin',
  'x-roles': 'admin',
  'x-permissions': 'users:read,roles:write',
  'x-forwarded-user': boss.email,
  'x-impersonate': boss.user.id,
  'x-original-url': '/health/live',
  'x-rewrite-url': '/health/live',
  'x-original-method': 'GET',
  'x-http-method': 'DELETE',
  'x-http-method-override': 'DELETE',
  'x-method-override': 'DELETE',
}

const bare = ({ status, text }: Reply) => `${status} ${text.replaceAll(/"(instance|requestId|message)":"[^"]*"/g, '')}`

test('no header says who calls, where, or what for', async () => {
  const faults: string[] = []
  for (const operation of operations.filter(isGuarded)) {
    const json = requestBodies[operation.route]?.()
    const send = (more: object) => server.send(fillRoute(operation.route), { ...(json && { json }), headers, ...more })
    const [nobody, somebody] = [await send({}), isOfStaff(operation) ? await send(powerless) : undefined]
    if (nobody.status !== 401) faults.push(`${operation.route} as nobody: ${nobody.status}`)
    if (somebody && somebody.status !== 404) faults.push(`${operation.route}: ${somebody.status}`)
  }
  expect(faults).toEqual([])
})

test('nor is anything read of somebody else, or changed, by such a header', async () => {
  const { accessToken } = powerless
  for (const operation of reading.filter((known) => isGuarded(known) && !isOfStaff(known))) {
    const route = fillRoute(operation.route)
    const [without, withThem] = [
      await server.send(route, { accessToken }),
      await server.send(route, { accessToken, headers }),
    ]
    expect(bare(withThem), route).toBe(bare(without))
  }
  expect((await server.send('GET /v1/me', { accessToken })).json).toMatchObject({ id: powerless.user.id })
})

test('what is posted under another method’s name is what it was sent as', async () => {
  const { accessToken } = powerless
  for (const method of ['DELETE', 'GET', 'PATCH']) {
    const json = { _method: method }
    const headers = { 'x-http-method-override': method }
    for (const path of ['/v1/me', '/v1/sessions', '/v1/admin/roles/billing']) {
      const route = `POST ${path}?_method=${method}`
      expect((await server.send(route, { accessToken, json, headers })).status, route).toBe(405)
    }
  }
  expect((await server.send('GET /v1/me', { accessToken })).status).toBe(200)
})
