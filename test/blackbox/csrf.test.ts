import { expect, test } from 'bun:test'
import { given } from '../given'
import { fromOwnPage, logInWithCookies } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const account = await given.provedAccount(server)
const page = await logInWithCookies(server, account)
const { csrfToken, cookie, refreshCookie } = page
const proof = (token = csrfToken) => ({ 'x-csrf-token': token })

const me = async () => User.parse((await server.send('GET /v1/me', { headers: cookie })).json)

/** Every request that a cookie can make and that changes something. */
const mutations = (headers: Record<string, string>) => [
  server.send('PATCH /v1/me', { headers: { ...cookie, ...headers }, json: { bio: 'Forged.' } }),
  server.send('DELETE /v1/sessions', { headers: { ...cookie, ...headers } }),
  server.send('POST /v1/auth/logout', { headers: { ...cookie, ...headers } }),
  server.send('POST /v1/auth/refresh', { headers: { ...refreshCookie, ...headers }, json: {} }),
  server.send('POST /v1/auth/login', { headers: { ...cookie, ...headers }, json: { ...account, transport: 'cookie' } }),
]

const expectRefused = async (headers: Record<string, string>) => {
  const before = await me()
  for (const reply of await Promise.all(mutations(headers))) {
    expectProblem(reply, 403, 'cross_site_request')
    expect(reply.headers.getSetCookie()).toEqual([])
    expect(reply.headers.get('x-csrf-token')).toBeNull()
  }
  expect(await me()).toEqual(before)
}

test('where a browser says neither its site nor its origin, the token of the log-in proves the page', async () => {
  const own = await logInWithCookies(server, account)
  const headers = { ...own.cookie, ...proof(own.csrfToken) }
  const patched = await server.send('PATCH /v1/me', { headers, json: { bio: 'By token.' } })
  expect(User.parse(patched.json).bio).toBe('By token.')
  const again = await server.send('POST /v1/auth/login', { headers, json: { ...account, transport: 'cookie' } })
  expect(again.status).toBe(200)
  const refreshed = await server.send('POST /v1/auth/refresh', {
    headers: { ...headers, ...own.refreshCookie },
    json: {},
  })
  expect(refreshed.headers.get('x-csrf-token')).toBe(own.csrfToken)
  expect((await server.send('POST /v1/auth/logout', { headers })).status).toBe(204)
})

test('the token is handed out with cookies only, and is another for each device', async () => {
  const bearer = await server.send('POST /v1/auth/login', { headers: fromOwnPage, json: account })
  expect(bearer.headers.get('x-csrf-token')).toBeNull()
  expect(bearer.headers.get('device-token')).toStartWith('pdt_')
  const other = await logInWithCookies(server, account)
  expect(other.csrfToken).toMatch(/^[\w-]{43}$/)
  expect(other.csrfToken).not.toBe(csrfToken)
})

test('a token that is made up, cut, longer, of another device or of another purpose proves nothing', async () => {
  const other = await logInWithCookies(server, account)
  const { value: deviceToken = '' } = page.device ?? {}
  const [, , , mac = ''] = /^(pdt_)(.{43})(.+)$/.exec(deviceToken) ?? []
  const wrong = [other.csrfToken, csrfToken.slice(0, -1), csrfToken.slice(1), `${csrfToken}A`, 'A'.repeat(43), mac]
  for (const token of [...wrong, 'x', '%00', deviceToken, page.access.value]) await expectRefused(proof(token))
})

test('a token without its device proves nothing, nor with the cookie of another', async () => {
  const other = await logInWithCookies(server, account)
  const access = `${page.access.name}=${page.access.value}`
  const devices = [
    '',
    '__Host-device=',
    `__Host-device=${other.device?.value}`,
    `__Secure-device=${page.device?.value}`,
  ]
  for (const device of devices) {
    const headers = { cookie: `${access}; ${device}`, ...proof() }
    expectProblem(await server.send('PATCH /v1/me', { headers, json: { bio: 'x' } }), 403, 'cross_site_request')
  }
})

test.each<Record<string, string>>([
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'cross-site', origin: server.baseUrl },
  { origin: 'https://evil.example' },
  { origin: 'null' },
])('a good token does not help against what the browser says: %j', async (headers) => {
  await expectRefused({ ...proof(), ...headers })
})
