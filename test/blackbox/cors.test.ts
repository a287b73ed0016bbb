import { expect, test } from 'bun:test'
import { given } from '../given'
import { logInWithCookies } from '../support/browser'
import { behindProxy, freshAddress, from, servedOrigins, usesOfAddress } from '../support/callers'
import { expectProblem } from '../support/expect-problem'
import type { Reply, SendOptions } from '../support/send'
import { User } from '../support/shapes'
import { target } from '../target'

const proxied = await target(behindProxy)
const server = from(proxied, freshAddress())

/** One answer of each kind: a request, and its status. */
const answers: [string, SendOptions, number][] = [
  ['GET /health/live', {}, 200],
  ['GET /.well-known/jwks.json', {}, 200],
  ['GET /dev/mailbox/templates', {}, 200],
  ['GET /v1/me', {}, 401],
  ['GET /nowhere', {}, 404],
  ['PUT /v1/me', {}, 405],
  ['POST /v1/auth/login', { body: 'x'.repeat(70_000) }, 413],
  ['POST /v1/auth/login', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415],
  ['POST /v1/auth/login', { json: {} }, 422],
]

const insistent = from(proxied, freshAddress())

/** The answer to one request too many. */
const answerTooMany = async (origin: string): Promise<Reply> => {
  for (let sent = 0; sent <= usesOfAddress; sent += 1) {
    const reply = await insistent.send('GET /v1/me', { headers: { origin } })
    if (reply.status === 429) return reply
  }
  throw new Error('No request was one too many.')
}

/** Answers of every kind to a page of an origin, one for too many requests among them. */
const answerAll = async (origin: string): Promise<Reply[]> => {
  const caller = from(proxied, freshAddress())
  const replies: Reply[] = []
  for (const [route, options, status] of answers) {
    const reply = await caller.send(route, { ...options, headers: { origin, ...options.headers } })
    expect(reply.status, route).toBe(status)
    replies.push(reply)
  }
  return [...replies, await answerTooMany(origin)]
}

const ask = (origin: string, path = '/v1/me') =>
  server.send(`OPTIONS ${path}`, {
    headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization' },
  })

const corsHeaders = ({ headers }: Reply) => [...headers.keys()].filter((name) => name.startsWith('access-control-'))
const listOf = (reply: Reply, name: string) => (reply.headers.get(name) ?? '').toLowerCase().split(/, */)

const evil = [
  ...['null', 'https://evil.example', 'https://app.example.com.evil.example', 'https://evil-app.example.com'],
  ...['https://app.example.comevil.example', 'https://sub.app.example.com', 'https://example.com', '*'],
  ...['https://app.example.com:8443', 'https://app.example.com:443', 'http://app.example.com', 'app.example.com'],
  ...['https://app.example.com/', 'https://app.example.com/path', 'https://APP.example.com', 'HTTPS://app.example.com'],
  ...[
    'https://user@app.example.com',
    'https://app.example.com@evil.example',
    'https://app.example.com%60.evil.example',
  ],
  ...['https://app.example.com, https://evil.example', servedOrigins.join(','), 'http://localhost', 'undefined'],
]

test.each(evil)(
  'a page of %s may read nothing, neither after asking first nor of any answer',
  async (origin) => {
    for (const path of ['/v1/me', '/v1/auth/login', '/nowhere']) {
      const preflight = await ask(origin, path)
      expect(corsHeaders(preflight)).toEqual([])
      expect(preflight.status).not.toBe(204)
    }
    for (const reply of await answerAll(origin)) {
      expect(corsHeaders(reply)).toEqual([])
      expect(listOf(reply, 'vary')).toContain('origin')
    }
  },
  20_000,
)

test.each([...servedOrigins])(
  'a page of %s may read every answer, with what it needs of the headers',
  async (origin) => {
    for (const reply of await answerAll(origin)) {
      expect(reply.headers.get('access-control-allow-origin')).toBe(origin)
      expect(reply.headers.get('access-control-allow-credentials')).toBe('true')
      expect(listOf(reply, 'vary')).toContain('origin')
      const exposed = listOf(reply, 'access-control-expose-headers')
      expect(exposed).not.toContain('*')
      for (const name of [
        ...['retry-after', 'x-request-id', 'www-authenticate', 'x-csrf-token', 'device-token', 'ratelimit'],
        ...['ratelimit-policy', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
        'etag',
      ]) {
        expect(exposed).toContain(name)
      }
    }
  },
  20_000,
)

test.each([...servedOrigins])('a page of %s that asks first is told what it may send', async (origin) => {
  const reply = await ask(origin)
  expect(reply.status).toBe(204)
  expect(reply.text).toBe('')
  expect(reply.headers.get('access-control-allow-origin')).toBe(origin)
  expect(reply.headers.get('access-control-allow-credentials')).toBe('true')
  expect(Number(reply.headers.get('access-control-max-age'))).toBeWithin(60, 7201)
  expect(listOf(reply, 'vary')).toContain('origin')
  for (const method of ['get', 'post', 'patch', 'delete']) {
    expect(listOf(reply, 'access-control-allow-methods')).toContain(method)
  }
  for (const name of [
    'authorization',
    'content-type',
    'device-token',
    'x-csrf-token',
    'idempotency-key',
    'if-match',
    'if-none-match',
    'traceparent',
    'tracestate',
  ]) {
    expect(listOf(reply, 'access-control-allow-headers')).toContain(name)
  }
  // Neither goes on from here, so no page need send it.
  for (const name of ['baggage', 'x-operator-token']) {
    expect(listOf(reply, 'access-control-allow-headers')).not.toContain(name)
  }
})

test('an answer to nobody’s page says that it would be another for a page of ours', async () => {
  for (const route of ['GET /v1/me', 'GET /nowhere', 'GET /health/live']) {
    const reply = await from(proxied, freshAddress()).send(route)
    expect(corsHeaders(reply)).toEqual([])
    expect(listOf(reply, 'vary')).toContain('origin')
  }
})

test('a page of ours on the same site may use cookies; from another site, or as a neighbour not listed, none may', async () => {
  const account = await given.provedAccount(server)
  const [origin] = servedOrigins
  const caller = from(proxied, freshAddress())
  const { cookie } = await logInWithCookies(caller, account)
  const patch = (headers: Record<string, string>, bio: string) =>
    caller.send('PATCH /v1/me', { headers: { ...cookie, ...headers }, json: { bio } })
  const neighbour = await patch({ origin, 'sec-fetch-site': 'same-site' }, 'From the app.')
  expect(User.parse(neighbour.json).bio).toBe('From the app.')
  expect((await patch({ origin }, 'From the app, says Origin alone.')).status).toBe(200)
  for (const headers of [
    { origin, 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example.com', 'sec-fetch-site': 'same-site' },
    { origin: 'http://app.example.com', 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    expectProblem(await patch(headers, 'Forged.'), 403, 'cross_site_request')
    const json = { ...account, transport: 'cookie' }
    const loggedIn = await caller.send('POST /v1/auth/login', { headers, json })
    expectProblem(loggedIn, 403, 'cross_site_request')
  }
})
