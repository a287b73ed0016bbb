import { expect, test } from 'bun:test'
import { given } from '../given'
import { fromOwnPage, logInWithCookies } from '../support/browser'
import { fillRoute, listOperations } from '../support/operations'
import { requestBodies } from '../support/request-bodies'
import { SessionPage, User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const account = await given.provedAccount(server)
const { cookie, refreshCookie } = await logInWithCookies(server, account)
/** Other sites post here by design: what they change hangs on a signature, or on a log-in that this browser began. */
const isForOthers = (path: string) =>
  /^\/v1\/(webhooks|uploads|oauth)\//.test(path) || /\/(callback|backchannel-logout)$/.test(path)
const changing = (await listOperations(server)).filter(
  ({ method, path }) => method !== 'GET' && path.startsWith('/v1/') && !isForOthers(path),
)

const state = async () => ({
  user: User.parse((await server.send('GET /v1/me', { headers: cookie })).json),
  sessions: SessionPage.parse((await server.send('GET /v1/sessions', { headers: cookie })).json).items.map(
    ({ id }) => id,
  ),
})

const toForm = (body: object) => new URLSearchParams(Object.entries(body).map(([name, value]) => [name, String(value)]))

const toMultipart = (body: object) =>
  `${Object.entries(body)
    .map(([name, value]) => `--edge\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')}--edge--\r\n`

/** What a page of another site can send without asking first (Fetch standard, section 2.2.2). */
const kinds: [string, (body: object) => string][] = [
  ['application/x-www-form-urlencoded', (body) => toForm(body).toString()],
  ['multipart/form-data; boundary=edge', toMultipart],
  ['text/plain', (body) => JSON.stringify(body)],
  ['text/plain; application/json', (body) => JSON.stringify(body)],
  ['application/x-www-form-urlencoded; a=application/json', (body) => JSON.stringify(body)],
]

test.each(kinds)(
  'a form of another site, as %s, changes nothing by cookie, whatever it is sent to',
  async (kind, write) => {
    const before = await state()
    expect(changing.length).toBeGreaterThan(15)
    for (const { route, path } of changing) {
      const body = {
        ...requestBodies[route]?.(),
        ...(path === '/v1/auth/login' && { ...account, transport: 'cookie' }),
      }
      const { cookie: sent } = path === '/v1/auth/refresh' ? refreshCookie : cookie
      const headers = {
        'content-type': kind,
        cookie: sent,
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      }
      const reply = await server.send(fillRoute(route), { body: write(body), headers })
      expect([403, 415], `${route}: ${reply.status}`).toContain(reply.status)
      expect(reply.headers.getSetCookie()).toEqual([])
    }
    expect(await state()).toEqual(before)
  },
)

test.each(kinds)('even of our own page %s is no JSON', async (kind, write) => {
  const headers = { ...cookie, ...fromOwnPage, 'content-type': kind }
  const reply = await server.send('PATCH /v1/me', { headers, body: write({ bio: 'By form.' }) })
  expect(reply.status).toBe(415)
})
