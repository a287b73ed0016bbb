import { expect, test } from 'bun:test'
import { newAdmission } from '#core/context'
import { admit, admitAndAsk, limitOf, usualUses } from '#core/limits'
import type { RateLimiter } from '#core/platform'
import { type RateLimitName, rateLimits } from '#core/rate-limits'
import { routePolicies } from '#core/route-policies'
import { openWorld, type TestSettings } from '../platform'

const anonymous = { kind: 'anonymous' } as const
const ada = { kind: 'user', userId: 'ada', sessionId: 'session' } as const

const openContext = async (settings: TestSettings = {}) =>
  (await openWorld({ RATE_LIMITS: 'on', ...settings })).contextOf(anonymous)

const repeat = async (times: number, work: () => Promise<unknown>) => {
  for (let count = 0; count < times; count += 1) await work()
}

test('a limit refuses the use after its last with the seconds to wait, in the header and in the problem', async () => {
  const ctx = await openContext()
  await repeat(rateLimits.sendMail.limit, () => admit(ctx, ['sendMail', 'reset-password', 'ada@example.com']))
  await expect(admit(ctx, ['sendMail', 'reset-password', 'ada@example.com'])).rejects.toMatchObject({
    definition: { code: 'rate_limited', status: 429 },
    facts: { extensions: { retryAfterSeconds: 900 }, headers: { 'retry-after': '900' } },
  })
})

test('the wait is at least a second, and rounded up', async () => {
  const world = await openWorld({ RATE_LIMITS: 'on', RATE_LIMIT_OVERRIDES: 'logIn=1/10' })
  const ctx = world.contextOf(anonymous)
  const waits: unknown[] = []
  await admit(ctx, ['logIn', 'a'])
  for (const seconds of [0.5, 9, 0.499]) {
    world.advance(seconds)
    await admit(ctx, ['logIn', 'a']).catch(({ facts }) => waits.push(facts.headers['retry-after']))
  }
  expect(waits).toEqual(['10', '1', '1'])
  world.advance(0.001)
  expect(await admit(ctx, ['logIn', 'a'])).toBeUndefined()
})

test('what is counted by one thing leaves another alone, and so does another limit', async () => {
  const ctx = await openContext()
  const use = (name: RateLimitName, ...by: string[]) => admit(ctx, [name, ...by])
  await repeat(rateLimits.sendMail.limit, () => use('sendMail', 'a', 'b'))
  expect(await use('sendMail', 'b', 'a')).toBeUndefined()
  expect(await use('sendMail', 'a')).toBeUndefined()
  expect(await use('register', 'a', 'b')).toBeUndefined()
})

test('callers without an address share one bucket', async () => {
  const ctx = await openContext()
  await repeat(rateLimits.register.limit, () => admit(ctx, ['register', null]))
  await expect(admit(ctx, ['register', null])).rejects.toThrow('rate_limited')
  expect(await admit(ctx, ['register', '203.0.113.9'])).toBeUndefined()
})

test('what is still to be counted is counted once, together with what comes to it', async () => {
  const ctx = await openContext()
  ctx.admission.pending = [['address', 'a']]
  await admit(ctx, ['logIn', 'a', 'b'])
  await admit(ctx)
  expect(ctx.admission.limits.map(({ name, remaining }) => [name, remaining])).toEqual([
    ['address', 59],
    ['logIn', 9],
  ])
})

test('any request counts by what its route’s line has of everyone, network and account', async () => {
  const ctx = await openContext()
  const policyOf = (route: string) => newAdmission(routePolicies[route])
  expect(usualUses({ ...ctx, admission: policyOf('GET /v1/me') })).toEqual([['everyone'], ['address', '203.0.113.7']])
  expect(usualUses({ ...ctx, actor: ada, admission: policyOf('GET /v1/me') })).toContainEqual(['account', 'ada'])
  expect(usualUses({ ...ctx, actor: ada, admission: policyOf('GET /health/live') })).toEqual([])
  expect(usualUses({ ...ctx, actor: ada, admission: newAdmission() })).toEqual([])
})

test('a limit is as the settings say, if they do', async () => {
  const { config } = await openWorld({ RATE_LIMIT_OVERRIDES: 'address=600/30' })
  expect(limitOf(config, 'address')).toEqual({ limit: 600, windowSeconds: 30 })
  expect(limitOf(config, 'register')).toEqual(rateLimits.register)
})

const away: RateLimiter = { take: async () => ({ outcome: 'unavailable' }) }

const withoutRedis = async (route: string, settings: TestSettings = {}) => {
  const world = await openWorld({ RATE_LIMITS: 'on', ...settings })
  const ctx = world.startAnother({}, { limiter: away }).contextOf(anonymous)
  return { ...ctx, admission: newAdmission(routePolicies[route]) }
}

const unavailable = {
  definition: { code: 'limits_unavailable', status: 503 },
  facts: { extensions: { retryAfterSeconds: 2 }, headers: { 'retry-after': '2' } },
}

test('without who counts a closed route refuses, in whatever way it asks, and a route without a line too', async () => {
  for (const route of ['POST /v1/auth/register', 'a route that is not there']) {
    const ctx = await withoutRedis(route)
    await expect(admit(ctx, ['register', 'a'])).rejects.toMatchObject(unavailable)
    await expect(admitAndAsk(ctx, ['mailAfterRegistration', 'a'])).rejects.toMatchObject(unavailable)
    expect(ctx.outages.list()).toMatchObject([{ dependency: 'redis', mode: 'closed', count: 2 }])
  }
})

test('without who counts a local route counts by the same limits in the process, and says so', async () => {
  const ctx = await withoutRedis('POST /v1/auth/register', { REDIS_OUTAGE: 'local' })
  await repeat(5, () => admit(ctx, ['register', 'a']))
  await expect(admit(ctx, ['register', 'a'])).rejects.toThrow('rate_limited')
  await repeat(6, async () => expect(await admitAndAsk(ctx, ['mailAfterRegistration', 'a'])).toBe(true))
  expect(await admitAndAsk(ctx, ['mailAfterRegistration', 'a'])).toBe(false)
  expect(ctx.outages.list()).toMatchObject([{ dependency: 'redis', mode: 'local', count: 13 }])
  expect(ctx.admission.outages).toContain('redis:local')
})

test('what is only asked refuses nobody, is told to nobody, and counts only for who is admitted', async () => {
  const ctx = await openContext({ RATE_LIMIT_OVERRIDES: 'mailAfterRegistration=2/60,register=3/60' })
  const ask = (network: string) => admitAndAsk(ctx, ['mailAfterRegistration', 'ada@example.com'], ['register', network])
  expect([await ask('a'), await ask('a'), await ask('a')]).toEqual([true, true, false])
  expect(new Set(ctx.admission.limits.map(({ name }) => name))).toEqual(new Set(['register']))
  const fresh = await openContext({ RATE_LIMIT_OVERRIDES: 'mailAfterRegistration=2/900,register=1/60' })
  const asking = () => admitAndAsk(fresh, ['mailAfterRegistration', 'ada@example.com'], ['register', 'a'])
  expect(await asking()).toBe(true)
  for (let count = 0; count < 5; count += 1) {
    await expect(asking()).rejects.toMatchObject({ facts: { extensions: { retryAfterSeconds: 60 } } })
  }
  expect(await admitAndAsk(fresh, ['mailAfterRegistration', 'ada@example.com'], ['register', 'b'])).toBe(true)
})

test('even if who counts in the process is away too, nobody is admitted', async () => {
  const ctx = { ...(await withoutRedis('GET /v1/me')), localLimiter: away }
  await expect(admit(ctx, ['address', 'a'])).rejects.toMatchObject(unavailable)
})
