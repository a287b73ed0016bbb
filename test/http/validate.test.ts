import { expect, test } from 'bun:test'
import * as z from 'zod'
import type { Platform } from '#core/platform'
import { noteRequestFacts } from '#http/request-facts'
import { respondWithProblem } from '#http/respond-with-problem'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { openWorld } from '../platform'

const Body = z.strictObject({
  name: z.string().max(5),
  list: z.array(z.number()).optional(),
  even: z
    .int()
    .refine((n) => n % 2 === 0, { error: 'Give an even number.', params: { code: 'odd_number' } })
    .optional(),
  anything: z.unknown().optional(),
})

const router = createRouter()
  .use((c, next) => {
    noteRequestFacts(c)
    return next()
  })
  .post('/', validate('json', Body), (c) => c.json(c.req.valid('json'), 200))
  .get('/:id', validate('param', z.strictObject({ id: z.uuid() })), (c) => c.json(c.req.valid('param'), 200))
router.onError(respondWithProblem)

const { platform } = await openWorld()

const post = async (body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
  const request = new Request('https://id.example.com/', { method: 'POST', body, headers })
  return toAnswer(await router.fetch(request, platform satisfies Platform))
}

const toAnswer = async (response: Response) => {
  const body: unknown = await response.json()
  return { status: response.status, body }
}

test('each faulty field is pointed at, with a code of its own and a sentence for people', async () => {
  expect(await post('{"name":"too long","list":[1,"x"],"even":3,"a/b":1,"role":"admin"}')).toMatchObject({
    status: 422,
    body: {
      code: 'invalid_request',
      errors: [
        { pointer: '/name', code: 'too_big' },
        { pointer: '/list/1', code: 'invalid_type' },
        { pointer: '/even', code: 'odd_number', message: 'Give an even number.' },
        { pointer: '/a~1b', code: 'unrecognized_keys', message: 'This field is not known.' },
        { pointer: '/role', code: 'unrecognized_keys' },
      ],
    },
  })
})

test('a text with control characters, line breaks or broken Unicode is pointed at, wherever it is', async () => {
  const texts = ['a\\u0000', 'a\\r\\nb', '\\ud800', '\\u2028']
  for (const text of texts) {
    expect(await post(`{"name":"${text}"}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/name', code: 'invalid_text' }] },
    })
    expect(await post(`{"name":"a","anything":{"deep":[{"${text}":1}]}}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/anything/deep/0', code: 'invalid_text' }] },
    })
  }
})

test('a body that is no JSON is malformed, and one that does not say it is JSON is not read', async () => {
  for (const body of ['', '{', 'null,', '{"name":"a"} x', '\u0000']) expect((await post(body)).status).toBe(400)
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
    expect((await post('{"name":"a"}', { 'content-type': type })).status).toBe(415)
  }
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset=UTF-8']) {
    expect((await post('{"name":"a"}', { 'content-type': type })).status).toBe(200)
  }
})

test('a compressed body is refused, as its size is not known', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  expect((await post(Bun.gzipSync('{"name":"a"}'), headers)).status).not.toBe(200)
})

test('JSON that is no object is a faulty body', async () => {
  for (const body of ['null', '[]', '"name"', '7', 'true']) {
    expect(await post(body)).toMatchObject({ status: 422, body: { errors: [{ pointer: '' }] } })
  }
})

test('keys that mean something to JavaScript are fields like any other that is not known', async () => {
  for (const key of ['__proto__', 'constructor', 'prototype', 'toString']) {
    expect(await post(`{"name":"a","${key}":{"x":1}}`)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: `/${key}`, code: 'unrecognized_keys' }] },
    })
  }
})

test('nesting without end is refused in a moment, and is never an error of ours', async () => {
  const depth = 30_000
  const startedAt = performance.now()
  const { status } = await post(`{"name":"a","anything":${'['.repeat(depth)}${']'.repeat(depth)}}`)
  expect(status).toBeLessThan(500)
  expect(performance.now() - startedAt).toBeLessThan(1000)
})

test('a path that can’t be one of ours does not exist', async () => {
  for (const id of ['x', '1', '%00', "'%20or%20true", '01900000-0000-7000-8000-00000000000g']) {
    const response = await router.fetch(new Request(`https://id.example.com/${id}`), platform)
    expect(await toAnswer(response)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
})
