import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { isProblem } from '../../src/client'
import type { Server } from '../support/server'
import { startTarget } from '../target'
import { nextEmail, openClient, password, problemOf } from './open-client'

let server: Server
beforeAll(async () => {
  server = await startTarget({
    EMAIL_VERIFICATION: 'optional',
    ACCESS_TOKEN_SECONDS: '2',
    LOCKOUT_DELAY_MILLISECONDS: '0',
  })
}, 90_000)
afterAll(() => server.stop())

const open = () => openClient(server.baseUrl)

const openRegistered = async (email = nextEmail()) => {
  const opened = open()
  await opened.client.auth.register.$post({ json: { email, password, name: 'Ada' } })
  return { ...opened, email }
}

const sleepUntil = (instant: string | undefined) => Bun.sleep(Math.max(0, Date.parse(instant ?? '') - Date.now()) + 50)

/** Spoils the access token as the server sees it, while the client believes it to be good for an hour. */
const spoilAccessToken = async ({ tokens }: ReturnType<typeof open>) => {
  const held = await tokens.get()
  if (!held) throw new Error('There are no tokens.')
  const refreshAt = new Date(Date.now() + 3_600_000).toISOString()
  await tokens.set({ ...held, accessToken: `${held.accessToken}x`, refreshAt })
}

describe('a bearer client', () => {
  test('registers, is logged in by that, and reads and changes its profile', async () => {
    const { client, email } = await openRegistered()
    const before = await (await client.me.$get()).json()
    expect(before).toMatchObject({ email, name: 'Ada', bio: null })
    const after = await (await client.me.$patch({ json: { bio: 'Writes programs.' } })).json()
    expect(after).toEqual({ ...before, bio: 'Writes programs.', updatedAt: after.updatedAt })
  })

  test('keeps the tokens that say for which organization it acts', async () => {
    const { client, tokens, refreshes } = await openRegistered()
    const before = await tokens.get()
    const answer = await client.auth.organization.$post({ json: { organizationId: null } })
    const given = await answer.json()
    const held = await tokens.get()
    expect(held?.refreshToken).not.toBe(before?.refreshToken ?? '')
    expect(given).toMatchObject({ tokenType: 'Bearer', refreshToken: held?.refreshToken })
    expect((await client.me.$get()).status).toBe(200)
    expect(refreshes()).toBe(0)
  })

  test('exchanges a refused access token once for all parallel calls, and repeats each with its body', async () => {
    const opened = await openRegistered()
    await spoilAccessToken(opened)
    const calls = Array.from({ length: 8 }, (_, index) => opened.client.me.$patch({ json: { name: `Ada ${index}` } }))
    const names = await Promise.all(calls.map(async (call) => (await (await call).json()).name))
    expect(names).toEqual(calls.map((_, index) => `Ada ${index}`))
    expect(opened.refreshes()).toBe(1)
  })

  test('exchanges tokens that are about to end before it sends anything else', async () => {
    const opened = await openRegistered()
    const first = await opened.tokens.get()
    await sleepUntil(first?.refreshAt)
    await Promise.all([opened.client.me.$get(), opened.client.sessions.$get({ query: {} })])
    expect(opened.sent).toEqual(['POST /auth/register', 'POST /auth/refresh', 'GET /me', 'GET /sessions'])
    expect((await opened.tokens.get())?.accessToken).not.toBe(first?.accessToken)
  })

  test('gets over an access token that expired sooner than it thought', async () => {
    const opened = await openRegistered()
    const held = await opened.tokens.get()
    if (!held) throw new Error('There are no tokens.')
    await opened.tokens.set({ ...held, refreshAt: new Date(Date.now() + 3_600_000).toISOString() })
    await sleepUntil(held.expiresAt)
    await Promise.all([opened.client.me.$get(), opened.client.me.$get(), opened.client.me.$get()])
    expect(opened.refreshes()).toBe(1)
  })

  test('refreshes when asked to, with the token it holds', async () => {
    const opened = await openRegistered()
    const before = await opened.tokens.get()
    const answer = await (await opened.client.auth.refresh.$post({ json: {} })).json()
    expect(answer.tokenType).toBe('Bearer')
    expect((await opened.tokens.get())?.refreshToken).not.toBe(before?.refreshToken)
    await opened.client.me.$get()
  })

  test('lists the sessions page by page and ends one of them', async () => {
    const { client, email } = await openRegistered()
    const other = open()
    await other.client.auth.login.$post({ json: { email, password } })
    const { items, nextCursor } = await (await client.sessions.$get({ query: { limit: '1' } })).json()
    expect(items).toHaveLength(1)
    const rest = await (await client.sessions.$get({ query: { cursor: nextCursor ?? '' } })).json()
    const ending = [...items, ...rest.items].find(({ current }) => !current)
    await client.sessions[':id'].$delete({ param: { id: ending?.id ?? '' } })
    expect((await problemOf(other.client.me.$get())).code).toBe('session_revoked')
    expect(other.ended).toEqual(['session_revoked'])
    expect(await other.tokens.get()).toBeUndefined()
  })

  test('forgets the session whose refresh is refused, tells it once, and then is nobody', async () => {
    const opened = await openRegistered()
    const { client, email } = opened
    const other = open()
    await other.client.auth.login.$post({ json: { email, password } })
    await other.client.sessions.$delete()
    await spoilAccessToken(opened)
    const problems = await Promise.all([problemOf(client.me.$get()), problemOf(client.sessions.$get({ query: {} }))])
    expect(problems.map(({ code }) => code)).toEqual(['unauthenticated', 'unauthenticated'])
    expect(opened.ended).toEqual(['invalid_refresh_token'])
    expect(opened.refreshes()).toBe(1)
    expect((await problemOf(client.me.$get())).code).toBe('unauthenticated')
    expect(opened.refreshes()).toBe(1)
  })

  test('logs out with an access token that the server no longer takes, and keeps nothing', async () => {
    const opened = await openRegistered()
    const held = await opened.tokens.get()
    await sleepUntil(held?.expiresAt)
    await opened.client.auth.logout.$post()
    expect(await opened.tokens.get()).toBeUndefined()
    expect(opened.ended).toEqual([])
    const refreshing = opened.client.auth.refresh.$post({ json: { refreshToken: held?.refreshToken ?? '' } })
    expect((await problemOf(refreshing)).code).toBe('invalid_refresh_token')
  })
})

test('a device that logged in before goes on doing so when strangers have locked the account', async () => {
  const { client, email } = await openRegistered()
  await client.auth.logout.$post()
  const stranger = open()
  const logIn = { json: { email, password } }
  for (let count = 0; count < 5; count += 1) {
    await problemOf(stranger.client.auth.login.$post({ json: { email, password: `guess ${count}` } }))
  }
  expect((await problemOf(stranger.client.auth.login.$post(logIn))).code).toBe('account_locked')
  await client.auth.login.$post(logIn)
  expect((await (await client.me.$get()).json()).email).toBe(email)
})

describe('a failure', () => {
  test('is known by its code, with its details', async () => {
    const { client, email } = await openRegistered()
    const taken = await problemOf(client.auth.register.$post({ json: { email, password } }))
    expect(isProblem(taken, 'email_taken')).toBe(true)
    expect(isProblem(taken, 'invalid_credentials', 'not_found')).toBe(false)
    expect(taken).toMatchObject({ status: 409, errors: [], problem: { type: '/problems/email-taken', status: 409 } })
    const wrong = await problemOf(client.auth.login.$post({ json: { email, password: 'wrong' } }))
    expect(wrong.code).toBe('invalid_credentials')
  })

  test('names each faulty field of a body', async () => {
    const { client } = open()
    const problem = await problemOf(client.auth.register.$post({ json: { email: 'nobody', password: 'short' } }))
    expect(problem.code).toBe('invalid_request')
    expect(problem.errors.map(({ pointer }) => pointer)).toContain('/email')
  })

  test('of someone who never logged in is one request', async () => {
    const { client, sent, ended } = open()
    expect((await problemOf(client.me.$get())).code).toBe('unauthenticated')
    expect(sent).toEqual(['GET /me'])
    expect(ended).toEqual([])
  })
})

test('a path parameter stays one segment of the path', async () => {
  const { client, sent } = await openRegistered()
  const id = '../me?x=#y'
  expect((await problemOf(client.sessions[':id'].$delete({ param: { id } }))).code).toBe('not_found')
  expect(sent.at(-1)).toBe(`DELETE /sessions/${encodeURIComponent(id)}`)
  for (const impossible of ['', '.', '..']) {
    expect(() => client.sessions[':id'].$delete({ param: { id: impossible } })).toThrow(TypeError)
  }
})
