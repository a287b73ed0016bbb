import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { fillRoute, listOperations } from '../support/operations'
import { requestBodies } from '../support/request-bodies'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server)

// Every answer of every suite is held to the security headers where it arrives: test/support/send.ts.

test('pages, assets, successes, errors and answers without a body say the same of security, a page with its own scripts', async () => {
  const answers = [
    ...['/docs/reference.js', '/openapi.json', '/docs', '/unlock'].map((path) =>
      server.send(`GET ${path}`, { isAsset: true }),
    ),
    ...['GET /', 'GET /dev/mailbox/templates', 'GET /health/live', 'HEAD /v1/me', 'OPTIONS /v1/me', 'PUT /v1/me'].map(
      (route) => server.send(route),
    ),
    server.send('GET /v1/me', { accessToken }),
    server.send('POST /v1/auth/logout'),
  ]
  for (const { headers } of await Promise.all(answers)) {
    const policy = headers.get('content-security-policy') ?? ''
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"]) {
      expect(policy).toContain(rule)
    }
    expect(policy).not.toMatch(/script-src[^;]*('unsafe-|\*|https?:)/)
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toBe('camera=(), geolocation=(), microphone=()')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  }
})

test('every answer about an account is kept by no cache', async () => {
  const operations = await listOperations(server)
  for (const { route, takesBody } of operations.filter(({ path }) => path.startsWith('/v1/'))) {
    const json = takesBody ? requestBodies[route]?.() : undefined
    for (const credential of [{}, { accessToken }]) {
      const { headers } = await server.send(fillRoute(route), { ...credential, ...(json && { json }) })
      expect(headers.get('cache-control')).toBe('no-store')
    }
  }
})

test('an answer says the id of its request: the caller’s if it is well-formed, else a new one', async () => {
  const idOf = async (given: string) => {
    const { headers } = await server.send('GET /health/live', { headers: { 'x-request-id': given } })
    return headers.get('x-request-id')
  }
  const own = ['abcdefgh', 'order:42/7'.replace('/', '.'), 'A'.repeat(128), crypto.randomUUID()]
  for (const id of own) expect(await idOf(id)).toBe(id)
  for (const id of [
    'short',
    'A'.repeat(129),
    'with a blank',
    '<script>alert(1)</script>',
    'ümläutümläut',
    'a,b,c,d,e,f',
  ]) {
    expect(await idOf(id)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
})

test('a problem says the id of its request too', async () => {
  const headers = { 'x-request-id': 'trace-me-0001' }
  const problem = expectProblem(await server.send('GET /nowhere', { headers }), 404, 'not_found')
  expect(problem).toMatchObject({ requestId: 'trace-me-0001', instance: 'urn:request:trace-me-0001' })
})

test('a problem tells nothing of what is inside', async () => {
  const replies = await Promise.all([
    server.send('GET /nowhere'),
    server.send('POST /v1/auth/login', { body: '{' }),
    server.send('POST /v1/auth/login', { json: { email: "' or 1=1--", password: [] } }),
    server.send('GET /v1/me', { accessToken: 'a.b.c' }),
    server.send("DELETE /v1/sessions/'", { accessToken }),
    server.send('POST /v1/auth/refresh', { json: { refreshToken: 'prt_x' } }),
  ])
  for (const { status, text, headers } of replies) {
    expect(status).toBeWithin(400, 500)
    expect(text).not.toMatch(
      /\bat \S+:\d+|node_modules|drizzle|postgres|pglite|zod|select |syntax|SyntaxError|Expected '/i,
    )
    expect(headers.get('server')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

test('a refused field does not come back in the answer', async () => {
  const marker = `marker-${crypto.randomUUID()}`
  const json = {
    email: `${marker}@`,
    password: marker.slice(0, 7),
    name: marker.repeat(5),
    locale: marker,
    transport: marker,
  }
  for (const route of ['POST /v1/auth/register', 'POST /v1/auth/login']) {
    const reply = await server.send(route, { json })
    expectProblem(reply, 422, 'invalid_request')
    expect(reply.text).not.toContain(marker)
  }
})
