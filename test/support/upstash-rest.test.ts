import { afterAll, expect, test } from 'bun:test'
import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis'
import { findRedis } from './redis'
import { startUpstashRest, type UpstashRest } from './upstash-rest'

const redisServer = await findRedis()
const clear = await startUpstashRest(redisServer.url)

afterAll(async () => {
  await clear[Symbol.asyncDispose]()
  await redisServer.stop()
})

/** Nobody else's, and gone after a minute. */
const ownKey = () => `postern:test:${crypto.randomUUID()}`
const brief = { ex: 60 }

const open = ({ url, token }: UpstashRest, options: { deadlineMs?: number; encoded?: boolean } = {}) =>
  new Redis({
    url,
    token,
    signal: () => AbortSignal.timeout(options.deadlineMs ?? 4000),
    retry: { retries: 0 },
    ...(options.encoded === false && { responseEncoding: false }),
    enableAutoPipelining: false,
    enableTelemetry: false,
  })

const post = async ({ url, token }: UpstashRest, path: string, body: unknown) => {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, json: await response.json() }
}

test.each([true, false])('values come back as they were given, base64 %p', async (encoded) => {
  const redis = open(clear, { encoded })
  for (const value of ['Zoë 🗝️ Ωμέγα', 'OK', 'T0s=', '', 'a\r\nb\u0000c', { deep: ['ü', null, 1.5] }, 42]) {
    const key = ownKey()
    expect(await redis.set(key, value, brief)).toBe('OK')
    expect(await redis.get<unknown>(key)).toEqual(value)
  }
  expect(await redis.get(ownKey())).toBeNull()
})

test('hashes, scores and lists inside of lists have the shapes that the client knows', async () => {
  const redis = open(clear)
  const [hash, sorted] = [ownKey(), ownKey()]
  await post(clear, '', ['HSET', hash, '10', 'ten', '2', 'two', 'ü', 'ö'])
  await redis.zadd(sorted, { score: 1.5, member: 'a' }, { score: 2, member: 'b' })
  await Promise.all([hash, sorted].map((key) => redis.expire(key, 60)))
  expect((await post(clear, '', ['HGETALL', hash])).json).toEqual({ result: ['10', 'ten', '2', 'two', 'ü', 'ö'] })
  expect(await redis.hgetall(hash)).toEqual({ '10': 'ten', '2': 'two', ü: 'ö' })
  expect((await post(clear, '', ['ZSCORE', sorted, 'a'])).json).toEqual({ result: '1.5' })
  expect(await redis.zrange<unknown[]>(sorted, 0, -1, { withScores: true })).toEqual(['a', 1.5, 'b', 2])
  expect(await redis.eval<[], unknown>('return {1, "word", {false, "ü"}}', [], [])).toEqual([1, 'word', [null, 'ü']])
})

test('a command can stand in the path', async () => {
  const key = ownKey()
  const headers = { authorization: `Bearer ${clear.token}` }
  const ask = async (path: string, init: RequestInit = {}) =>
    (await fetch(`${clear.url}/${path}`, { headers, ...init })).json()
  expect(await ask(`set/${key}/${encodeURIComponent('a/b ü')}?EX=60`)).toEqual({ result: 'OK' })
  expect(await ask(`get/${key}`)).toEqual({ result: 'a/b ü' })
  expect(await ask(`set/${key}?EX=60`, { method: 'POST', body: 'from the body' })).toEqual({ result: 'OK' })
  expect(await ask(`get/${key}`)).toEqual({ result: 'from the body' })
})

test('in a pipeline a command that fails leaves the others alone', async () => {
  const key = ownKey()
  const pipeline = open(clear).pipeline().set(key, 'word', brief).incr(key).get(key)
  const [set, increment, get] = await pipeline.exec({ keepErrors: true })
  expect(set.result).toBe('OK')
  expect(increment.error).toBe('ERR value is not an integer or out of range')
  expect(get.result).toBe('word')
})

test('a transaction runs as a whole; one that Redis cannot queue changes nothing', async () => {
  const key = ownKey()
  const redis = open(clear)
  expect(await redis.multi().set(key, 1, brief).incrby(key, 4).get(key).exec()).toEqual(['OK', 5, 5])
  const mixed = await post(clear, '/multi-exec', [
    ['LPUSH', key, 'x'],
    ['INCR', key],
  ])
  expect(mixed).toEqual({ status: 200, json: [{ error: expect.stringMatching(/^WRONGTYPE /) }, { result: 6 }] })
  const aborted = await post(clear, '/multi-exec', [
    ['INCR', key],
    ['SET', key],
  ])
  expect(aborted).toEqual({ status: 400, json: { error: expect.stringMatching(/^EXECABORT /) } })
  expect(await redis.get<number>(key)).toBe(6)
})

test.each(['#!lua flags=allow-key-locking\n', ''])('scripts run by text and by hash: %p', async (firstLine) => {
  const redis = open(clear)
  const text = `${firstLine}-- ${ownKey()}\nreturn {KEYS[1], ARGV[1], #ARGV}`
  const script = redis.createScript<unknown>(text)
  const before = clear.requests()
  expect(await script.exec(['k'], ['ü', 'b'])).toEqual(['k', 'ü', 2])
  expect(clear.requests() - before, 'EVALSHA, NOSCRIPT, EVAL').toBe(2)
  expect(await script.exec(['k'], ['ü', 'b'])).toEqual(['k', 'ü', 2])
  expect(clear.requests() - before, 'and EVALSHA').toBe(3)

  const other = `${text} -- loaded`
  const hash = new Bun.CryptoHasher('sha1').update(other).digest('hex')
  await expect(redis.evalsha(hash, [], [])).rejects.toThrow('NOSCRIPT')
  expect(await redis.scriptLoad(other)).toBe(hash)
  expect(await redis.scriptExists(hash, '0'.repeat(40))).toEqual([1, 0])
  expect(await redis.evalsha<unknown[], unknown>(hash, ['k'], ['a'])).toEqual(['k', 'a', 1])
})

test('base64 is for strings of every depth, and neither for OK nor for errors', async () => {
  const headers = { authorization: `Bearer ${clear.token}`, 'upstash-encoding': 'base64' }
  const body = JSON.stringify([['EVAL', 'return {"ü", {"OK", 1, false}}', 0], ['PING'], ['NONSENSE']])
  const response = await fetch(`${clear.url}/pipeline`, { method: 'POST', headers, body })
  expect(await response.json()).toEqual([
    { result: ['w7w=', ['OK', 1, null]] },
    { result: 'UE9ORw==' },
    { error: expect.stringMatching(/^ERR unknown command/) },
  ])
})

test('what cannot be done is answered with 400 and a reason', async () => {
  for (const body of [['NONSENSE'], ['SET', ownKey()], [], {}, ['GET', ['nested']], ['FLUSHALL'], ['MULTI']]) {
    expect(await post(clear, '', body)).toEqual({ status: 400, json: { error: expect.stringMatching(/^ERR \S/) } })
  }
})

test('a wrong token opens nothing', async () => {
  expect(await post({ ...clear, token: 'wrong' }, '', ['PING'])).toEqual({
    status: 401,
    json: { error: 'WRONGPASS invalid or missing auth token' },
  })
  await expect(open({ ...clear, token: 'wrong' }).ping()).rejects.toThrow('WRONGPASS')
})

const minuteMs = 60_000
const limiters = {
  fixedWindow: Ratelimit.fixedWindow(20, '60 s'),
  slidingWindow: Ratelimit.slidingWindow(20, '60 s'),
  tokenBucket: Ratelimit.tokenBucket(20, '60 s', 20),
}

test.each(Object.entries(limiters))(
  'Upstash’s own limiter lets exactly as many pass as it says: %s',
  async (_name, limiter) => {
    // At the edge of a window twice as many may pass.
    const leftMs = minuteMs - (Date.now() % minuteMs)
    if (leftMs < 5000) await Bun.sleep(leftMs)
    const ratelimit = new Ratelimit({
      redis: open(clear),
      limiter,
      prefix: ownKey(),
      ephemeralCache: false,
      timeout: 0,
    })
    const results = await Promise.all(Array.from({ length: 50 }, () => ratelimit.limit('somebody')))
    expect(results.filter(({ success }) => success)).toHaveLength(20)
    expect((await ratelimit.limit('somebody else')).success).toBe(true)
  },
  15_000,
)

const badWeathers = [
  ['black-hole', 200, 'timed out', null],
  ['refused', 4000, 'Unable to connect', null],
  ['error-500', 4000, 'ERR internal server error', null],
  ['too-many', 4000, 'ERR max requests limit exceeded', null],
  ['nonsense', 4000, 'Unable to parse response body', null],
  ['slow', 1000, 'timed out', 'late'],
] as const

test.each(badWeathers)('bad weather, then good: %s', async (weather, deadlineMs, message, kept) => {
  await using rest = await startUpstashRest(redisServer.url)
  const redis = open(rest, { deadlineMs })
  const key = ownKey()
  expect(await redis.ping()).toBe('PONG')
  await rest.turn(weather)
  await expect(redis.set(key, 'late', brief)).rejects.toThrow(message)
  expect(rest.requests()).toBe(weather === 'refused' ? 1 : 2)
  if (weather === 'too-many') expect((await post(rest, '', ['PING'])).status).toBe(429)
  if (weather === 'error-500') expect((await post(rest, '', ['PING'])).status).toBe(500)
  await rest.turn('clear')
  expect(await open(rest).get<string>(key)).toBe(kept)
})

test('without a Redis the server says that the fault is its own', async () => {
  await using rest = await startUpstashRest('redis://127.0.0.1:1')
  const failure = { status: 500, json: { error: expect.any(String) } }
  expect(await post(rest, '', ['PING'])).toEqual(failure)
  expect(await post(rest, '/pipeline', [['PING']])).toEqual(failure)
  expect(await post(rest, '/multi-exec', [['PING']])).toEqual(failure)
})
