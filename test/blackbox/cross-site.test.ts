import { expect, test } from 'bun:test'
import { given } from '../given'
import { logInWithCookies } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { fillRoute, listOperations } from '../support/operations'
import { requestBodies } from '../support/request-bodies'
import { User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const own = server.baseUrl

const foreign: [string, Record<string, string>][] = [
  ['another site, says the browser', { 'sec-fetch-site': 'cross-site' }],
  ['another site, says the browser, whatever the origin says', { 'sec-fetch-site': 'cross-site', origin: own }],
  ['an address bar or a bookmark', { 'sec-fetch-site': 'none' }],
  ['a place the browser does not know', { 'sec-fetch-site': 'unheard-of' }],
  ['a foreign origin', { origin: 'https://evil.example' }],
  ['an opaque origin', { origin: 'null' }],
  ['an origin that begins like ours', { origin: `${own}.evil.example` }],
  ['an origin with our name in its user part', { origin: `http://127.0.0.1:${new URL(own).port}@evil.example` }],
  ['another port of our host', { origin: 'http://127.0.0.1:1' }],
  ['another scheme of our host', { origin: 'https://127.0.0.1' }],
  ['a neighbour, says the browser, who does not say which', { 'sec-fetch-site': 'same-site' }],
  ['a neighbour that is not listed', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
  ['nowhere, with neither header', {}],
  ['one of our pages, says only the Referer', { referer: `${own}/docs` }],
]

const ours: [string, Record<string, string>][] = [
  ['the same origin, says the browser', { 'sec-fetch-site': 'same-origin' }],
  ['the same origin, says Origin alone', { origin: own }],
  ['a page of our address, as the browser sees it by another', { 'sec-fetch-site': 'same-site', origin: own }],
  ['the same origin, say both', { 'sec-fetch-site': 'same-origin', origin: own }],
]

const account = await given.provedAccount(server)
const { cookie, refreshCookie } = await logInWithCookies(server, account)
const other = await given.session(server, account)
const me = async () => User.parse((await server.send('GET /v1/me', { headers: cookie })).json)

/** Every request that a cookie can make and that changes something. */
const mutations = (headers: Record<string, string>) => [
  server.send('PATCH /v1/me', { headers: { ...cookie, ...headers }, json: { bio: 'Forged.' } }),
  server.send('DELETE /v1/sessions', { headers: { ...cookie, ...headers } }),
  server.send(`DELETE /v1/sessions/${other.sessionId}`, { headers: { ...cookie, ...headers } }),
  server.send('POST /v1/auth/logout', { headers: { ...cookie, ...headers } }),
  server.send('POST /v1/auth/refresh', { headers: { ...refreshCookie, ...headers }, json: {} }),
]

test.each(foreign)('a cookie changes nothing when the request comes from %s', async (_, headers) => {
  const before = await me()
  for (const reply of await Promise.all(mutations(headers))) {
    expectProblem(reply, 403, 'cross_site_request')
    expect(reply.headers.getSetCookie()).toEqual([])
  }
  expect(await me()).toEqual(before)
  expect((await server.send('GET /v1/me', { accessToken: other.accessToken })).status).toBe(200)
})

test('no route that changes something for its user does so by cookie for another site', async () => {
  const changing = (await listOperations(server)).filter(({ method, needsUser }) => needsUser && method !== 'GET')
  expect(changing.length).toBeGreaterThan(4)
  const before = await me()
  for (const { route, takesBody } of changing) {
    const json = takesBody ? requestBodies[route]?.() : undefined
    const headers = { ...cookie, 'sec-fetch-site': 'cross-site' }
    expectProblem(await server.send(fillRoute(route), { headers, ...(json && { json }) }), 403, 'cross_site_request')
  }
  expect(await me()).toEqual(before)
})

test.each(foreign)('nobody is logged in by cookie when the request comes from %s', async (_, headers) => {
  const reply = await server.send('POST /v1/auth/login', { headers, json: { ...account, transport: 'cookie' } })
  expectProblem(reply, 403, 'cross_site_request')
  expect(reply.headers.getSetCookie()).toEqual([])
})

test.each(ours)('a cookie is accepted when the request comes from %s', async (_, headers) => {
  const loggedIn = await server.send('POST /v1/auth/login', { headers, json: { ...account, transport: 'cookie' } })
  expect(loggedIn.status).toBe(200)
  const bio = `From ${crypto.randomUUID()}`
  const patched = await server.send('PATCH /v1/me', { headers: { ...cookie, ...headers }, json: { bio } })
  expect(User.parse(patched.json).bio).toBe(bio)
  const refreshed = await server.send('POST /v1/auth/refresh', { headers: { ...refreshCookie, ...headers }, json: {} })
  expect(refreshed.status).toBe(200)
})

test('reading by cookie needs no proof, since no other site can read the answer', async () => {
  const reply = await server.send('GET /v1/me', { headers: { ...cookie, 'sec-fetch-site': 'cross-site' } })
  expect(reply.status).toBe(200)
  expect(reply.headers.get('access-control-allow-origin')).toBeNull()
})

test('no answer invites another origin to read it', async () => {
  const headers = { origin: 'https://evil.example', 'access-control-request-method': 'PATCH' }
  for (const route of ['OPTIONS /v1/me', 'GET /v1/me', 'POST /v1/auth/login', 'GET /.well-known/jwks.json']) {
    const names = [...(await server.send(route, { headers })).headers.keys()]
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
})
