import { beforeEach, expect, test } from 'bun:test'
import type { LimitUse, RateLimiter } from '#core/platform'
import { createMemoryLimiter } from '#platform/memory-limiter'
import { ada, registerAndLogIn } from '../features/people'
import { openWorld, type TestSettings, type World } from '../platform'

let world: World
let token: string

beforeEach(async () => {
  world = await openWorld()
  token = (await registerAndLogIn(world)).accessToken
  world.statements.length = 0
})

/** An instance that notes what is counted, and when. */
const startCounting = (settings: TestSettings = {}, before: () => Promise<void> = async () => {}) => {
  const taken: LimitUse[][] = []
  const counter = createMemoryLimiter(world.clock)
  const limiter: RateLimiter = {
    take: async (uses) => {
      taken.push(uses)
      await before()
      return counter.take(uses)
    },
  }
  const instance = world.startAnother({ RATE_LIMITS: 'on', ...settings }, { limiter })
  return { ...instance, namesTaken: () => taken.map((uses) => uses.map(({ name }) => name)) }
}

/** Whoever knows an access token's key asks for no other. */
const readKeys = async (instance: World) => {
  await instance.send('GET /.well-known/jwks.json')
  // Behind the answer it is noted which version of SECRET is the newest.
  await instance.settle()
  world.statements.length = 0
}

const used = (name: string) => ({ RATE_LIMIT_OVERRIDES: `${name}=1/60` })

test('a request that reads is answered while it is counted', async () => {
  let statementsBefore = 0
  const instance = startCounting({}, async () => {
    for (let turn = 0; turn < 100 && world.statements.length === 0; turn += 1) await Bun.sleep(1)
    statementsBefore = world.statements.length
  })
  await readKeys(instance)
  expect(await instance.send('GET /v1/me', { token })).toMatchObject({ status: 200 })
  expect(statementsBefore).toBe(1)
  expect(instance.namesTaken()).toEqual([['everyone', 'address', 'account']])
})

test('a request that reads and is refused shows nothing of what was read', async () => {
  const instance = startCounting(used('account'))
  const read = await instance.send('GET /v1/me', { token })
  expect(read.body).toMatchObject({ email: ada.email })
  const refused = await instance.send('GET /v1/me', { token })
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterSeconds: 60 } })
  expect(refused.text).not.toContain(ada.email)
  expect(refused.headers.get('etag')).toBeNull()
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(refused.headers.get('ratelimit')).toBe('"account";r=0;t=60')
})

test('a request that may change something is counted before it does, and a refused one changes nothing', async () => {
  const instance = startCounting(used('account'))
  expect((await instance.send('PATCH /v1/me', { token, json: { name: 'Countess' } })).status).toBe(200)
  world.statements.length = 0
  const refused = await instance.send('PATCH /v1/me', { token, json: { name: 'Nobody' } })
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
  expect(world.statements).toEqual([])
})

test('a route with limits of its own counts by all of them at once, and so none where one is used up', async () => {
  const instance = startCounting({ RATE_LIMIT_OVERRIDES: 'logIn=1/60,address=3/60' })
  const logIn = (email: string) => instance.send('POST /v1/auth/login', { json: { ...ada, name: undefined, email } })
  expect((await logIn(ada.email)).status).toBe(200)
  for (let count = 0; count < 5; count += 1) expect((await logIn(ada.email)).status).toBe(429)
  expect((await logIn('grace@example.com')).headers.get('ratelimit')).toBe('"logIn";r=0;t=60')
  expect((await logIn('joan@example.com')).status).toBe(401)
  expect((await logIn('jean@example.com')).headers.get('ratelimit')).toBe('"address";r=0;t=60')
  expect(instance.namesTaken()).toEqual(Array.from({ length: 9 }, () => ['everyone', 'address', 'logIn']))
})

test('what does not get as far as its own limits is counted by those that all have, once', async () => {
  const instance = startCounting()
  const send = (route: string, json: object) => instance.send(route, { json })
  expect((await send('POST /v1/auth/login', { email: 'nobody' })).status).toBe(422)
  expect((await send('POST /v1/auth/login', { ...ada, name: undefined, transport: 'cookie' })).status).toBe(403)
  expect((await send('POST /v1/me/email/change', { newEmail: 'ada@example.org' })).status).toBe(401)
  expect((await send('PATCH /v1/me', { unknown: true })).status).toBe(422)
  expect(instance.namesTaken()).toEqual(Array.from({ length: 4 }, () => ['everyone', 'address']))
})

test('guessing at bodies has to wait too', async () => {
  const instance = startCounting(used('address'))
  const guess = () => instance.send('POST /v1/auth/login', { json: { email: 'nobody' } })
  expect((await guess()).status).toBe(422)
  expect(await guess()).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
})

test('every answer of a counted route tells how the limits stand, a refusal of another kind too', async () => {
  const instance = startCounting()
  const statusAndRemaining = async (route: string, call = {}) => {
    const { status, headers } = await instance.send(route, call)
    return `${status} ${headers.get('ratelimit-remaining')}`
  }
  expect(await statusAndRemaining('GET /v1/me')).toBe('401 59')
  expect(await statusAndRemaining('POST /v1/auth/login', { json: {} })).toBe('422 58')
  expect(await statusAndRemaining('POST /v1/auth/refresh', { json: { refreshToken: 'garbage' } })).toBe('401 57')
})

test('what has no limits is not counted, nor is what does not exist', async () => {
  const instance = startCounting()
  const routes = ['GET /health/live', 'GET /.well-known/jwks.json', 'GET /nowhere', 'PUT /v1/me', 'GET /']
  for (const route of [...routes, 'GET /internal/policy', 'OPTIONS /v1/me']) {
    expect((await instance.send(route)).headers.get('ratelimit'), route).toBeNull()
  }
  expect(instance.namesTaken()).toEqual([])
})

test('a flood is stopped before anything is counted or read, with the seconds that its filter counts by', async () => {
  const filtered: string[] = []
  const floodFilter = async (network: string) => {
    filtered.push(network)
    return false
  }
  const limiter: RateLimiter = { take: () => Promise.reject(new Error('It was asked.')) }
  const instance = world.startAnother({}, { floodFilter, limiter })
  await readKeys(instance)
  const refused = await instance.send('GET /v1/me', { token })
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterSeconds: 10 } })
  expect(refused.headers.get('retry-after')).toBe('10')
  expect(world.statements).toEqual([])
  expect(filtered).toEqual(['203.0.113.7'])
  expect((await instance.send('GET /health/live')).status).toBe(200)
})

test('what is done without who counts is said once by the answer, the log and the policy, until a minute after', async () => {
  const limiter: RateLimiter = { take: async () => ({ outcome: 'unavailable' }) }
  const instance = world.startAnother({ EMAIL_VERIFICATION: 'required', RATE_LIMITS: 'on' }, { limiter })
  world.logs.length = 0
  const timing = async (route: string, call = {}) => (await instance.send(route, call)).headers.get('server-timing')
  expect(await timing('GET /v1/me', { token })).toBe('redis;desc="local"')
  const json = { email: 'grace@example.com', password: ada.password }
  expect(await timing('POST /v1/auth/register', { json })).toBe('redis;desc="closed"')
  expect(await timing('GET /health/live')).toBeNull()
  expect(world.logs.map(({ outages }) => outages)).toEqual([['redis:local'], ['redis:closed'], undefined])
  const inForce = async () => {
    const { body } = await instance.send('GET /internal/policy')
    return Object(body).outages.map((outage: Record<string, unknown>) => `${outage.mode} ${outage.inForce}`)
  }
  expect(await inForce()).toEqual(['local true', 'closed true'])
  world.advance(60)
  expect(await inForce()).toEqual(['local false', 'closed false'])
})
