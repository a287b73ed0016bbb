import { expect, test } from 'bun:test'
import { invalidRequest } from '#core/problems'
import { allowOrigins } from '#http/allow-origins'
import { type AnswerOnce, idempotent } from '#http/idempotent'
import { noteRequestFacts } from '#http/request-facts'
import { respondWithProblem } from '#http/respond-with-problem'
import { createRouter } from '#http/router'
import { openWorld } from '../platform'

const world = await openWorld()

/** Sends a key, and gives what the verb got of it; or the status, if it got none. */
const keyOf = async (value: string): Promise<string | number> => {
  const seen: string[] = []
  const answerOnce: AnswerOnce = async (ctx, { key }, act) => {
    seen.push(key)
    return { answer: await act(ctx), isReplayed: false }
  }
  const router = createRouter()
    .use(async (c, next) => {
      noteRequestFacts(c)
      c.set('ctx', world.contextOf({ kind: 'anonymous' }))
      await next()
    })
    .post('/', idempotent(answerOnce), (c) => c.json({}, 201))
  router.onError(respondWithProblem)
  const request = new Request('https://id.example.com/', { method: 'POST', headers: { 'idempotency-key': value } })
  const response = await router.fetch(request, world.platform)
  return seen[0] ?? response.status
}

test('a key is taken bare or as a string of structured fields, and is the same one', async () => {
  const id = '8e03978e-40d5-43dd-bc93-6894a57f9324'
  expect([await keyOf(id), await keyOf(`"${id}"`)]).toEqual([id, id])
  expect([await keyOf('"a\\"b\\\\c"'), await keyOf('a"b\\c')]).toEqual(['a"b\\c', 'a"b\\c'])
  expect(await keyOf('!~')).toBe('!~')
})

test('a key has 1 to 255 characters, without its quotes', async () => {
  const longest = 'k'.repeat(255)
  expect([await keyOf(longest), await keyOf(`"${longest}"`)]).toEqual([longest, longest])
  for (const value of [`${longest}k`, `"${longest}k"`, '', '""', ' ']) expect(await keyOf(value)).toBe(400)
})

test('a key with spaces, other letters, a quote that stays open, or a second key beside it is malformed', async () => {
  for (const value of ['a b', '"a b"', 'a, b', '"a", "b"', '"a', '"a"b', '"a\\x"', '"', 'caf\u00e9', '"a";b=1']) {
    expect(await keyOf(value)).toBe(400)
  }
})

test('a page of another origin may read why a request with a key failed', async () => {
  const { platform, contextOf } = await openWorld({ CORS_ORIGINS: 'https://app.example.com' })
  const router = createRouter()
    .use(allowOrigins)
    .use(async (c, next) => {
      noteRequestFacts(c)
      c.set('ctx', contextOf({ kind: 'anonymous' }))
      await next()
    })
    .post(
      '/',
      idempotent(async (ctx, _, act) => ({ answer: await act(ctx), isReplayed: false })),
      (c) => {
        c.header('location', '/made')
        if (c.req.query('fails')) throw invalidRequest()
        return c.json({}, 201)
      },
    )
  router.onError(respondWithProblem)
  const headers = { 'idempotency-key': 'key', origin: 'https://app.example.com' }
  for (const [path, status, location] of [
    ['/', 201, '/made'],
    ['/?fails=1', 422, null],
  ] as const) {
    const response = await router.fetch(
      new Request(`https://id.example.com${path}`, { method: 'POST', headers }),
      platform,
    )
    expect(response.status).toBe(status)
    expect(response.headers.get('location')).toBe(location)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(response.headers.get('vary')).toContain('Origin')
  }
})
