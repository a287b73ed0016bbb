import { expect, test } from 'bun:test'
import { ConnectionError, createClient, type Fetch, isProblem, ProblemError } from '../../src/client'
import { problemOf } from './open-client'
import { baseUrl, problem } from './scripted-server'

const failureOf = (fetch: Fetch, init: RequestInit = {}): Promise<unknown> =>
  createClient(baseUrl, { fetch })
    .me.$get({}, { init })
    .then(
      () => undefined,
      (reason: unknown) => reason,
    )

test('a network that fails is a connection error with its cause', async () => {
  const cause = new TypeError('fetch failed')
  const error = await failureOf(() => Promise.reject(cause))
  expect(error).toBeInstanceOf(ConnectionError)
  expect(error).toMatchObject({ name: 'ConnectionError', status: undefined, cause })
})

test('an answer of something in between is a connection error with its status', async () => {
  const page = new Response('<h1>Bad Gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })
  expect(await failureOf(() => page)).toMatchObject({ name: 'ConnectionError', status: 502 })
  expect(await failureOf(() => Response.json({ code: 'nope' }, { status: 500 }))).toMatchObject({ status: 500 })
})

test('a caller who aborts gets the reason that they gave', async () => {
  const reason = new Error('not needed any more')
  const send: Fetch = (_, init) => {
    init?.signal?.throwIfAborted()
    return new Response()
  }
  expect(await failureOf(send, { signal: AbortSignal.abort(reason) })).toBe(reason)
})

test('a time-out is a connection error', async () => {
  const send: Fetch = (_, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
  expect(await failureOf(send, { signal: AbortSignal.timeout(5) })).toBeInstanceOf(ConnectionError)
})

test('a code newer than the client is told apart and kept', async () => {
  const fetch: Fetch = () => problem(418, 'is_a_teapot', { brews: 'tea' })
  const error = await problemOf(createClient(baseUrl, { fetch }).me.$get())
  expect(error).toMatchObject({ code: 'unrecognized', status: 418, problem: { code: 'is_a_teapot', brews: 'tea' } })
  expect(isProblem(error)).toBe(true)
  expect(isProblem(error, 'not_found')).toBe(false)
})

test('only problems are problems', () => {
  for (const other of [undefined, null, 'not_found', new Error('not_found'), { code: 'not_found' }]) {
    expect(isProblem(other)).toBe(false)
    expect(other instanceof ProblemError).toBe(false)
  }
})
