import { expect, test } from 'bun:test'
import {
  createClient,
  createMemoryStorage,
  createWebStorage,
  type TokenStorage,
  type Transport,
} from '../../src/client'
import { problemOf } from './open-client'
import { baseUrl, createScriptedServer, makeTokens, problem } from './scripted-server'

const email = 'ada@example.com'
const password = 'correct horse battery staple'
const grants = {
  bearer: { tokenType: 'Bearer', expiresIn: 900, accessToken: 'access-0', refreshToken: 'refresh-0' },
  cookie: { tokenType: 'Cookie', expiresIn: 900 },
}

interface Sent {
  route: string
  device: string | null
  csrf: string | null
}

/** A client and what of its requests and answers is about here; `answer` is the header of the next answers. */
const openEchoes = ({ transport = 'bearer', tokens }: { transport?: Transport; tokens?: TokenStorage } = {}) => {
  const server = createScriptedServer()
  const sent: Sent[] = []
  const world = { headers: {} as Record<string, string>, end: false }
  server.script((path, init) => {
    const headers = new Headers(init?.headers)
    sent.push({
      route: `${init?.method} ${path}`,
      device: headers.get('device-token'),
      csrf: headers.get('x-csrf-token'),
    })
    if (world.end) return problem(401, 'session_revoked')
    if (path === '/me') return Response.json({ email }, { headers: world.headers })
    if (path === '/auth/password/change') return new Response(null, { status: 204 })
    if (path === '/auth/logout') return new Response(null, { status: 204 })
    const grant = grants[transport]
    return Response.json(path === '/auth/register' ? { tokens: grant } : grant, { headers: world.headers })
  })
  const client = createClient(baseUrl, { transport, fetch: server.fetch, ...(tokens && { tokens }) })
  const logIn = () => client.auth.login.$post({ json: { email, password } })
  return { client, sent, world, logIn }
}

test('a device token of a log-in goes with what checks a password or a code, and with nothing else', async () => {
  const { client, sent, world, logIn } = openEchoes()
  world.headers = { 'device-token': 'pdt_first' }
  await logIn()
  await client.me.$get()
  await client.auth.password.change.$post({ json: { currentPassword: password, newPassword: password } })
  await client.auth.register.$post({ json: { email, password } })
  await logIn()
  await client.auth['email-link'].consume.$post({ json: { email, code: '271828' } })
  expect(sent.map(({ route, device }) => [route, device])).toEqual([
    ['POST /auth/login', null],
    ['GET /me', null],
    ['POST /auth/password/change', 'pdt_first'],
    ['POST /auth/register', null],
    ['POST /auth/login', 'pdt_first'],
    ['POST /auth/email-link/consume', 'pdt_first'],
  ])
  expect(sent.every(({ csrf }) => csrf === null)).toBe(true)
})

test('a device stays known after a log-out, after the end of a session, and after a registration', async () => {
  const { client, sent, world, logIn } = openEchoes()
  world.headers = { 'device-token': 'pdt_registered' }
  await client.auth.register.$post({ json: { email, password } })
  world.headers = {}
  await client.auth.logout.$post()
  await logIn()
  world.end = true
  expect((await problemOf(client.me.$get())).code).toBe('session_revoked')
  world.end = false
  await logIn()
  const logIns = sent.filter(({ route }) => route === 'POST /auth/login')
  expect(logIns.map(({ device }) => device)).toEqual(['pdt_registered', 'pdt_registered'])
})

const webStorage = (items: Map<string, string>) =>
  createWebStorage({
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  })

test('a device is known after the page was loaded anew, beside tokens that an older client left there', async () => {
  const items = new Map([['postern', JSON.stringify(makeTokens())]])
  const tokens = webStorage(items)
  expect(await tokens.get()).toMatchObject({ accessToken: 'access-0' })
  expect(await tokens.getDeviceToken?.()).toBeUndefined()
  const before = openEchoes({ tokens })
  before.world.headers = { 'device-token': 'pdt_kept' }
  await before.logIn()
  await before.client.auth.logout.$post()
  expect([...items]).toEqual([['postern.device', 'pdt_kept']])
  const { logIn, sent } = openEchoes({ tokens: webStorage(items) })
  await logIn()
  expect(sent[0]?.device).toBe('pdt_kept')
})

test('a storage of somebody’s own that knows only tokens still serves, and the device is known until the page ends', async () => {
  const { get, set, clear } = createMemoryStorage()
  const { client, sent, world, logIn } = openEchoes({ tokens: { get, set, clear } })
  world.headers = { 'device-token': 'pdt_held' }
  await logIn()
  await client.auth.logout.$post()
  await logIn()
  expect(sent.at(-1)?.device).toBe('pdt_held')
})

test('a request with an authorization or a device token of its own is sent as it is', async () => {
  const { client, sent, world, logIn } = openEchoes()
  world.headers = { 'device-token': 'pdt_ours' }
  await logIn()
  const change = { json: { currentPassword: password, newPassword: password } }
  await client.auth.password.change.$post(change, { headers: { authorization: 'Bearer another' } })
  await client.auth.login.$post({ json: { email, password } }, { headers: { 'device-token': 'pdt_theirs' } })
  expect(sent.map(({ device }) => device)).toEqual([null, null, 'pdt_theirs'])
})

test('with cookies the last proof against forged requests goes with each that changes something, and no device token', async () => {
  const { client, sent, world, logIn } = openEchoes({ transport: 'cookie' })
  world.headers = { 'x-csrf-token': 'first', 'device-token': 'pdt_registered' }
  await logIn()
  await client.me.$get()
  await client.me.$patch({ json: { name: 'Ada' } })
  world.headers = { 'x-csrf-token': 'second' }
  await client.auth.refresh.$post({ json: {} })
  await client.auth.logout.$post()
  expect(sent.map(({ route, csrf }) => [route, csrf])).toEqual([
    ['POST /auth/login', null],
    ['GET /me', null],
    ['PATCH /me', 'first'],
    ['POST /auth/refresh', 'first'],
    ['POST /auth/logout', 'second'],
  ])
  expect(sent.every(({ device }) => device === null)).toBe(true)
})
