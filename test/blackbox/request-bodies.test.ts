import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { fillRoute, listOperations } from '../support/operations'
import { requestBodies } from '../support/request-bodies'
import { target } from '../target'

const server = await target()
const { accessToken } = await given.person(server)
const routes = Object.keys(requestBodies)

const send = (route: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  server.send(fillRoute(route), { body, headers, ...(route.endsWith('/me') && { accessToken }) })

const good = (route: string) => JSON.stringify(requestBodies[route]?.())

test('every route that takes a body is under test here', async () => {
  const operations = await listOperations(server)
  const withBody = operations.filter(({ takesBody }) => takesBody).map(({ route }) => route)
  expect(routes.toSorted()).toEqual(withBody.toSorted())
})

test.each(routes)('%s reads nothing but JSON', async (route) => {
  const types = [
    '',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
    'application/problem+json',
    'application/json, text/plain',
  ]
  for (const type of types) {
    expectProblem(await send(route, good(route), { 'content-type': type }), 415, 'unsupported_media_type')
  }
})

test.each(routes)('%s reads JSON in any spelling of its type', async (route) => {
  for (const type of [
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;a=b',
  ]) {
    const { status } = await send(route, good(route), { 'content-type': type })
    expect([415, 422, 500]).not.toContain(status)
  }
})

test.each(routes)('%s unpacks no body, whatever is in it', async (route) => {
  const packed = Bun.gzipSync(good(route))
  const bomb = Bun.gzipSync(new Uint8Array(5_000_000).fill(0x20))
  for (const encoding of ['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'unheard-of']) {
    for (const body of [packed, bomb, good(route)]) {
      expectProblem(await send(route, body, { 'content-encoding': encoding }), 415, 'unsupported_media_type')
    }
  }
})

test.each(routes)('%s refuses a body that is no JSON', async (route) => {
  const bodies = [
    '',
    ' ',
    '{',
    '{"email":',
    "{'email':'x'}",
    '{email:1}',
    '{"a":1,}',
    'undefined',
    'NaN',
    '{}{}',
    '\0',
    '<a/>',
  ]
  for (const body of bodies) expectProblem(await send(route, body), 400, 'malformed_request')
})

test.each(routes)('%s refuses JSON that is no object', async (route) => {
  for (const body of ['null', 'true', '7', '"text"', '[]', '[{}]']) expectFaultyField(await send(route, body), '')
})

/** Announces no length, and leaves time for an answer between its chunks. */
const chunked = (size: number): ReadableStream<Uint8Array> => {
  const chunk = new Uint8Array(65_536).fill(0x20)
  let left = size
  return new ReadableStream({
    pull: async (controller) => {
      if (left <= 0) return controller.close()
      controller.enqueue(chunk)
      left -= chunk.length
      await Bun.sleep(60)
    },
  })
}

test.each(routes)('%s takes in no large body, with its length announced or in chunks', async (route) => {
  expectProblem(await send(route, ' '.repeat(2_000_000)), 413, 'payload_too_large')
  const streamed = await server.send(fillRoute(route), {
    body: chunked(2_000_000),
    ...(route.endsWith('/me') && { accessToken }),
  })
  expectProblem(streamed, 413, 'payload_too_large')
})

test('a body of 64 KiB is still read, one more byte is not', async () => {
  const json = JSON.stringify({ email: freshEmail(), password: freshPassword() })
  const padded = (bytes: number) => json + ' '.repeat(bytes - json.length)
  expectProblem(await send('POST /v1/auth/login', padded(65_537)), 413, 'payload_too_large')
  expectProblem(await send('POST /v1/auth/login', padded(65_536)), 401, 'invalid_credentials')
})

test('a deeply nested body is refused, and costs no time', async () => {
  for (const depth of [500, 5000, 30_000]) {
    for (const body of [
      `{"email":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      `${'{"a":'.repeat(depth / 5)}1${'}'.repeat(depth / 5)}`,
    ]) {
      const startedAt = performance.now()
      const { status } = await send('POST /v1/auth/login', body)
      expect([400, 422]).toContain(status)
      expect(performance.now() - startedAt).toBeLessThan(1000)
    }
  }
})

test('a body with thousands of unknown fields is refused, with an answer that is no larger', async () => {
  const json = Object.fromEntries(Array.from({ length: 4000 }, (_, index) => [`f${index}`, index]))
  const body = JSON.stringify(json)
  const reply = await send('POST /v1/auth/login', body)
  expectProblem(reply, 422, 'invalid_request')
  expect(reply.text.length).toBeLessThan(body.length)
})

test('of a field that comes twice the last counts, so nothing passes by a check on the first', async () => {
  const [account, other] = [await given.provedAccount(server), freshEmail()]
  const password = JSON.stringify(account.password)
  const twice = (first: string, last: string) => `{"email":"${first}","email":"${last}","password":${password}}`
  expect((await send('POST /v1/auth/login', twice(other, account.email))).status).toBe(200)
  expectProblem(await send('POST /v1/auth/login', twice(account.email, other)), 401, 'invalid_credentials')
})
