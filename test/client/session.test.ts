import { afterEach, expect, test } from 'bun:test'
import {
  createClient,
  createMemoryStorage,
  createWebStorage,
  type ProblemError,
  type TokenStorage,
} from '../../src/client'
import { problemOf } from './open-client'
import { baseUrl, createScriptedServer, makeTokens, problem } from './scripted-server'

afterEach(() => Reflect.deleteProperty(navigator, 'locks'))

/** What a browser's `navigator.locks` promises: one holder of a name at a time, in the order they asked. */
const installLocks = () => {
  const queues = new Map<string, Promise<unknown>>()
  const request = (name: string, work: () => Promise<unknown>) => {
    const turn = (queues.get(name) ?? Promise.resolve()).then(work, work)
    queues.set(name, turn)
    return turn
  }
  Object.defineProperty(navigator, 'locks', { configurable: true, value: { request } })
}

const openStored = async (changes: Parameters<typeof makeTokens>[0] = {}) => {
  const server = createScriptedServer()
  const tokens = createMemoryStorage()
  await tokens.set(makeTokens(changes))
  const ended: string[] = []
  const open = () =>
    createClient(baseUrl, { tokens, fetch: server.fetch, onSessionEnded: ({ code }) => ended.push(code) })
  return { server, tokens, ended, open, client: open() }
}

const past = () => new Date(Date.now() - 1_000).toISOString()

test('tabs that share a storage take turns, and the second finds the tokens of the first', async () => {
  installLocks()
  const { server, open } = await openStored({ refreshAt: past() })
  await Promise.all([open().me.$get(), open().me.$get(), open().me.$get()])
  expect(server.requests.filter((path) => path === '/auth/refresh')).toHaveLength(1)
})

test('a server that takes no token at all is asked for new ones once in each call', async () => {
  const { server, client } = await openStored()
  server.script((path) => (path === '/me' ? problem(401, 'invalid_access_token') : undefined))
  expect((await problemOf(client.me.$get())).code).toBe('invalid_access_token')
  expect(server.requests).toEqual(['/me', '/auth/refresh', '/me'])
})

test('a refusal that arrives after the refresh of another call leads to no second refresh', async () => {
  const { server, client } = await openStored()
  const late = Promise.withResolvers<Response>()
  server.script((path) => (path === '/sessions' ? late.promise : undefined))
  const slow = client.sessions.$get({ query: {} })
  await Bun.sleep(1)
  server.expireAccessTokens()
  await client.me.$get()
  late.resolve(problem(401, 'invalid_access_token'))
  await slow
  expect(server.requests).toEqual(['/sessions', '/me', '/auth/refresh', '/me', '/sessions'])
})

test('a refresh that fails for a while leaves the access token in use until it ends', async () => {
  const { server, tokens, ended, client } = await openStored({ refreshAt: past() })
  server.script((path) => (path === '/auth/refresh' ? problem(503, 'overloaded') : undefined))
  await client.me.$get()
  await tokens.set(makeTokens({ refreshAt: past(), expiresAt: past() }))
  expect((await problemOf(client.me.$get())).code).toBe('overloaded')
  expect(server.requests).toEqual(['/auth/refresh', '/me', '/auth/refresh'])
  expect(ended).toEqual([])
  server.script(() => undefined)
  await client.me.$get()
})

test('a log-out while a refresh is under way stays a log-out', async () => {
  const { server, tokens, client } = await openStored({ refreshAt: past() })
  const answered = Promise.withResolvers<undefined>()
  server.script((path) => (path === '/auth/refresh' ? answered.promise : undefined))
  const call = client.me.$get()
  await Bun.sleep(1)
  await client.auth.logout.$post()
  answered.resolve(undefined)
  expect((await problemOf(call)).code).toBe('unauthenticated')
  expect(server.requests).toEqual(['/auth/refresh', '/auth/logout', '/me'])
  expect(await tokens.get()).toBeUndefined()
})

test('a log-out that does not reach the server keeps the tokens, so that it can be tried again', async () => {
  const { server, tokens, client } = await openStored()
  server.script(() => problem(503, 'overloaded'))
  expect((await problemOf(client.auth.logout.$post())).code).toBe('overloaded')
  expect(await tokens.get()).toBeDefined()
})

test('the end of a session leaves alone the tokens of a newer log-in', async () => {
  const { server, tokens, ended, client } = await openStored()
  const newer = makeTokens({ accessToken: 'newer' })
  server.script(async () => {
    await tokens.set(newer)
    return problem(401, 'session_revoked')
  })
  expect((await problemOf(client.me.$get())).code).toBe('session_revoked')
  expect(await tokens.get()).toEqual(newer)
  expect(ended).toEqual([])
})

test('a log-in neither refreshes nor sends the tokens of the session before it', async () => {
  const { server, client } = await openStored({ refreshAt: past() })
  const authorizations: (string | null)[] = []
  server.script((path, init) => {
    authorizations.push(new Headers(init?.headers).get('authorization'))
    return path === '/auth/login' ? problem(401, 'invalid_credentials') : undefined
  })
  const call = client.auth.login.$post({ json: { email: 'ada@example.com', password: 'wrong' } })
  expect((await problemOf(call)).code).toBe('invalid_credentials')
  expect(server.requests).toEqual(['/auth/login'])
  expect(authorizations).toEqual([null])
})

test('parallel calls that learn of the end of their session tell it once', async () => {
  const { server, tokens, ended, client } = await openStored()
  server.script(() => problem(401, 'session_revoked'))
  await Promise.all([problemOf(client.me.$get()), problemOf(client.me.$get())])
  expect(ended).toEqual(['session_revoked'])
  expect(await tokens.get()).toBeUndefined()
})

test('cookies that outlive their session tell its end once', async () => {
  const server = createScriptedServer()
  const ended: string[] = []
  const onSessionEnded = ({ code }: ProblemError) => ended.push(code)
  const client = createClient(baseUrl, { transport: 'cookie', fetch: server.fetch, onSessionEnded })
  server.script(() => problem(401, 'session_revoked'))
  await Promise.all([problemOf(client.me.$get()), problemOf(client.me.$get())])
  await problemOf(client.me.$get())
  expect(ended).toEqual(['session_revoked'])
  expect(server.requests).toEqual(['/me', '/me', '/me'])
})

test('a caller’s own authorization is sent as it is', async () => {
  const { server, client } = await openStored({ refreshAt: past() })
  const call = client.me.$get({}, { headers: { authorization: 'Bearer another' } })
  expect((await problemOf(call)).code).toBe('invalid_access_token')
  expect(server.requests).toEqual(['/me'])
})

test('a body that is a stream is sent again after a refresh', async () => {
  const { server, client } = await openStored()
  server.expireAccessTokens()
  const body = new Blob(['{"name":"Ada"}']).stream()
  await client.me.$patch({ json: {} }, { init: { body } })
  expect(server.bodies).toEqual(['{"name":"Ada"}', '{"refreshToken":"refresh-0"}', '{"name":"Ada"}'])
})

test('tokens may live in a storage that takes its time', async () => {
  const inner = createMemoryStorage()
  await inner.set(makeTokens({ refreshAt: past() }))
  const tokens: TokenStorage = {
    get: () => Bun.sleep(1).then(() => inner.get()),
    set: (next) => Bun.sleep(1).then(() => inner.set(next)),
    clear: () => Bun.sleep(1).then(() => inner.clear()),
  }
  const server = createScriptedServer()
  const client = createClient(`${baseUrl}/`, { tokens, fetch: server.fetch })
  await Promise.all([client.me.$get(), client.me.$get()])
  expect(server.requests).toEqual(['/auth/refresh', '/me', '/me'])
  await client.auth.logout.$post()
  expect(await tokens.get()).toBeUndefined()
})

test('a web storage gives back what it got, and nothing for what it can’t read', async () => {
  const items = new Map<string, string>()
  const storage = createWebStorage({
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  })
  const tokens = makeTokens()
  await storage.set(tokens)
  expect(await storage.get()).toEqual(tokens)
  for (const spoiled of ['{', '{}', '"text"', '{"accessToken":1}']) {
    items.set('postern', spoiled)
    expect(await storage.get()).toBeUndefined()
  }
  await storage.clear()
  expect(items.size).toBe(0)
})
