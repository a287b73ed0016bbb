import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as z from 'zod'
import { sendRaw } from '../support/send-raw'
import type { Server } from '../support/server'
import { ActivityPage, User } from '../support/shapes'
import { startWorkerServer } from '../support/worker-server'
import { get, logIn, post, registerAccount } from './account'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { runCommand } from './server-process'

const settings = {
  ENVIRONMENT: 'test',
  SECRET: 'a secret of tests that protects nothing at all',
  EMAIL_VERIFICATION: 'optional',
  MFA_REQUIRED_ROLES: 'auditor',
  RATE_LIMIT_OVERRIDES: 'address=100/60',
}

/** Tells what it was asked, in an answer that a careless one between would change. */
const mirror = `
  export default {
    async fetch(request) {
      const { method, url, cf } = request
      const headers = Object.fromEntries(request.headers)
      const seen = { method, url, headers, cf, body: await request.text() }
      const answer = Response.json(seen, { status: url.includes('moved') ? 303 : 418, headers: { location: '/v1/auth/oauth/here?code=x', etag: '"x"' } })
      answer.headers.append('set-cookie', 'a=1')
      answer.headers.append('set-cookie', 'b=2')
      return answer
    },
  }`

const Seen = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  cf: z.looseObject({ city: z.string(), country: z.string() }),
  body: z.string(),
})

const resources = new AsyncDisposableStack()
let database: RealDatabase
let server: Server
let mirrored: Server

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  server = await startWorkerServer(settings, database.url)
  resources.defer(server.stop)
  mirrored = await startWorkerServer(settings, database.url, {}, { name: 'postern-annex', script: mirror })
  resources.defer(mirrored.stop)
}, 120_000)

afterAll(() => resources.disposeAsync())

test('a request is passed on as it came: method, address, headers, place and a body of unknown length', async () => {
  const text = 'a body that comes bit by bit, '.repeat(10_000)
  const sent = { authorization: 'Bearer nonsense', 'cf-connecting-ip': '203.0.113.7', 'x-request-id': 'kept-as-it-is' }
  const response = await fetch(`${mirrored.baseUrl}/v1/%61dmin/x%20y?q=%2f&q=2`, {
    method: 'PATCH',
    headers: { ...sent, 'content-type': 'application/json', cookie: 'c=3' },
    body: new Blob([text]).stream(),
  })
  const { url, headers, ...seen } = Seen.parse(await response.json())
  expect(seen).toMatchObject({ method: 'PATCH', cf: { city: 'Austin', country: 'US' }, body: text })
  expect(headers).toMatchObject({ ...sent, cookie: 'c=3', 'content-type': 'application/json' })
  expect(new URL(url).href.slice(new URL(url).origin.length)).toBe('/v1/%61dmin/x%20y?q=%2f&q=2')
})

test('a form is passed on while it comes, from a provider’s own site', async () => {
  const part = `state=${'x'.repeat(1000)}&`
  const sent = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://provider.example' }
  const body = new ReadableStream({
    async pull(controller) {
      for (let turn = 0; turn < 5; turn += 1) {
        controller.enqueue(new TextEncoder().encode(part))
        await Bun.sleep(20)
      }
      controller.close()
    },
  })
  const url = `${mirrored.baseUrl}/v1/auth/oauth/apple/callback`
  const response = await fetch(url, { method: 'POST', headers: sent, body, redirect: 'manual' })
  expect(Seen.parse(await response.json())).toMatchObject({ method: 'POST', headers: sent, body: part.repeat(5) })
})

test('an answer is given as it is: status, headers, cookies, and where it leads', async () => {
  for (const [path, status] of [
    ['/v1/admin/x', 418],
    ['/v1/organizations/moved', 303],
    ['/v1/auth/oauth/acme/callback?code=moved', 303],
    ['/v1/me/identities', 418],
    ['/v1/me/avatar?moved', 303],
    ['/v1/me/activity', 418],
    ['/v1/auth/export/collect', 418],
    ['/v1/erasures/moved', 303],
    ['/v1/api-keys', 418],
    ['/v1/api-keys/verify', 418],
  ] as const) {
    const response = await fetch(mirrored.baseUrl + path, { redirect: 'manual' })
    expect([response.status, response.headers.get('location'), response.headers.get('etag')]).toEqual([
      status,
      '/v1/auth/oauth/here?code=x',
      '"x"',
    ])
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  }
})

test('what is not the annex’s never gets there', async () => {
  for (const path of [
    '/v1/administrators',
    '//v1/admin/x',
    '/v1/me',
    '/v1/auth/oauths',
    '/v1/me/identitiesx',
    '/v1/avatars/x/y',
    '/v1/oauth/token',
    '/health/live',
    '/openapi.json',
  ]) {
    const answer = await sendRaw(mirrored, `GET ${path}`)
    expect(answer, path).not.toContain('HTTP/1.1 418')
  }
})

test('it answers administrators, over the same database, keys and sessions', async () => {
  const { baseUrl: url } = server
  const [admin, ada] = [await registerAccount(url), await registerAccount(url)]
  const { id } = User.parse(await (await get(url, '/v1/me', ada.accessToken)).json())
  const operator = { ENVIRONMENT: 'test', SECRET: settings.SECRET, DATABASE_URL: database.url }
  expect(await runCommand(operator, 'roles', 'grant', admin.email, 'admin')).toMatchObject({ exitCode: 0 })
  const { accessToken } = await logIn(url, admin.email)
  await logIn(url, ada.email)
  const read = (token: string) => get(url, `/v1/admin/users/${id}/activity`, token)
  const { items } = ActivityPage.parse(await (await read(accessToken)).json())
  expect(items.map(({ type }) => type)).toEqual(expect.arrayContaining(['registered', 'signed_in']))
  expect((await read(ada.accessToken)).status).toBe(404)
  expect((await post(url, '/auth/logout', {}, accessToken)).status).toBe(204)
  expect((await read(accessToken)).status).toBe(401)
}, 30_000)

test('it counts by the address that the edge told the API’s Worker', async () => {
  const remaining = async (address: string) => {
    const headers = { 'cf-connecting-ip': address }
    const response = await fetch(`${server.baseUrl}/v1/admin/users/${crypto.randomUUID()}/activity`, { headers })
    expect(response.status).toBe(401)
    return Number(response.headers.get('ratelimit-remaining'))
  }
  expect([await remaining('203.0.113.7'), await remaining('203.0.113.7'), await remaining('203.0.113.8')]).toEqual([
    99, 98, 99,
  ])
})
