import { expect, test } from 'bun:test'
import * as z from 'zod'
import { expectProblem } from '../support/expect-problem'
import { fillRoute, listOperations } from '../support/operations'
import { target } from '../target'

const operatorToken = crypto.getRandomValues(new Uint8Array(32)).toHex()

const Mode = z.enum(['closed', 'open', 'local', 'queued'])
const Policy = z.strictObject({
  limits: z.record(z.string(), z.strictObject({ limit: z.int(), windowSeconds: z.int() })),
  routes: z.array(
    z.strictObject({ route: z.string(), limits: z.array(z.string()), without: z.record(z.string(), Mode) }),
  ),
  outages: z.array(z.strictObject({})),
})

test('outside production the policy is open to a developer, and has each route that the server describes', async () => {
  const server = await target()
  const policy = Policy.parse((await server.send('GET /internal/policy')).json)
  const routes = policy.routes.map(({ route }) => route.replaceAll(/:(\w+)/g, '{$1}'))
  for (const { route } of await listOperations(server)) expect(routes).toContain(route)
  for (const { limits } of policy.routes) expect(Object.keys(policy.limits)).toEqual(expect.arrayContaining(limits))
  expect(policy.outages).toEqual([])
})

test('with OPERATOR_TOKEN only who has it may look, and to others there is nothing', async () => {
  const server = await target({ OPERATOR_TOKEN: operatorToken })
  expect((await server.send('GET /internal/policy', { accessToken: operatorToken })).status).toBe(200)
  const others = [
    {},
    { accessToken: `${operatorToken}x` },
    { accessToken: operatorToken.slice(1) },
    { accessToken: operatorToken.toUpperCase() },
    { headers: { authorization: operatorToken } },
    { headers: { authorization: `Basic ${operatorToken}` } },
    { headers: { authorization: 'Bearer ' } },
    { headers: { cookie: `operator_token=${operatorToken}` } },
  ]
  for (const options of others) {
    expectProblem(await server.send('GET /internal/policy', options), 404, 'not_found')
  }
  expectProblem(await server.send(`GET /internal/policy?token=${operatorToken}`), 404, 'not_found')
})

test('no answer of a route without limits tells of any', async () => {
  const server = await target()
  const { routes } = Policy.parse((await server.send('GET /internal/policy')).json)
  for (const { route, limits } of routes) {
    if (limits.length > 0 || route === 'GET /') continue
    const { headers } = await server.send(fillRoute(route))
    expect(headers.get('ratelimit-policy'), route).toBeNull()
  }
})
