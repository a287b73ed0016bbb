import { beforeAll, expect, test } from 'bun:test'
import type { LimitUse, OutageMode } from '#core/platform'
import { rateLimits } from '#core/rate-limits'
import { modeOf, routePolicies } from '#core/route-policies'
import { Policy } from '#features/operations/contract'
import { app } from '../../src/app'
import { ada, registerAndLogIn } from '../features/people'
import { openWorld, type World } from '../platform'
import { signChallengeToken } from '../platform/challenge-token'
import type { RouteCall } from '../support/route-call'
import { countedCalls, settingsOfCalls } from '../support/route-calls'

const routes = new Set(
  app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
)
const lines = Object.entries(routePolicies)
const counted = lines.filter(([, { limits }]) => limits.length > 0).map(([route]) => route)

const SECRET = 'the root secret of the tests of limits'
const calls = countedCalls(await signChallengeToken(SECRET))

let world: World
let token: string

/** Somebody new, whom no limit counts. */
const arrive = async () => {
  const person = { ...ada, email: `${crypto.randomUUID()}@example.com` }
  token = (await registerAndLogIn(world.startAnother({ RATE_LIMITS: 'off' }), person)).accessToken
}

beforeAll(async () => {
  world = await openWorld({ RATE_LIMITS: 'on', SECRET, ...settingsOfCalls })
  await arrive()
})

const send = async (instance: World, { template, route, json, form, needsUser }: RouteCall) => {
  const answer = await instance.send(route, {
    ...(json !== undefined && { json }),
    ...(form !== undefined && { form }),
    ...(needsUser && { token }),
  })
  if (template === 'DELETE /v1/me' && answer.status < 400) await arrive()
  return answer
}

const titleOf = ({ template, without }: RouteCall) => `${template}${without ? ` (not ${without})` : ''}`

test('every route of the router has a line, and no line is without a route', () => {
  expect(Object.keys(routePolicies).toSorted()).toEqual([...routes].toSorted())
})

test('every route that changes something is counted, but what a provider signs, and what wants the operator’s token', () => {
  const uncounted = lines.filter(([route, { limits }]) => !route.startsWith('GET ') && limits.length === 0)
  expect(uncounted.map(([route]) => route)).toEqual(['POST /v1/webhooks/resend', 'POST /internal/checkup'])
  expect(routePolicies['POST /internal/checkup']?.isOperators).toBe(true)
})

test('every route that counts says what it does without who counts, and is counted by all that any request is', () => {
  for (const [route, policy] of lines) {
    if (policy.limits.length === 0) continue
    expect(policy.redis, route).toBeDefined()
    expect(policy.limits.slice(0, 3), route).toEqual(['everyone', 'address', 'account'])
  }
})

test('every limit is on some line', () => {
  expect([...new Set(lines.flatMap(([, { limits }]) => limits))].toSorted()).toEqual(
    Object.keys(rateLimits).toSorted() as never[],
  )
})

test('a route that is in no table refuses', () => {
  expect(modeOf(world.config, undefined, 'redis')).toBe('closed')
  expect(modeOf(world.config, { limits: [] }, 'postgres')).toBe('closed')
})

test('there is a request to try for each route that counts', () => {
  expect(new Set(calls.map(({ template }) => template))).toEqual(new Set(counted))
})

/** What the requests of these tests are counted by beside the line: mails after registration, where they are mailed. */
const expectedLimits = ({ template, needsUser, without = [] }: RouteCall): string[] =>
  [...(routePolicies[template]?.limits ?? [])].filter(
    (name) => !without.includes(name) && (name !== 'account' || needsUser),
  )

for (const call of calls) {
  test(`${titleOf(call)} is counted by the limits of its line and no other, all at once`, async () => {
    const taken: LimitUse[][] = []
    const limiter: World['platform']['limiter'] = {
      take: async (uses) => {
        taken.push(uses)
        return { outcome: 'admitted', limits: uses.map((use) => ({ ...use, remaining: 1, resetSeconds: 60 })) }
      },
    }
    const instance = world.startAnother({ EMAIL_VERIFICATION: 'required' }, { limiter })
    const { status, headers } = await send(instance, call)
    expect(status).toBeLessThan(500)
    const [uses = [], ...more] = taken
    expect(more).toEqual([])
    const expected = expectedLimits(call)
    expect(uses.map(({ name }) => name).toSorted() as string[]).toEqual(expected.toSorted())
    // Whether a mail goes after a registration must not show, so it refuses nobody and is never told.
    const isAsked = (name: string) => name === 'mailAfterRegistration'
    expect(uses.filter(({ isOptional }) => isOptional).map(({ name }) => name)).toEqual(
      uses.map(({ name }) => name).filter(isAsked),
    )
    const together = expected.filter((name) => !isAsked(name)).toSorted()
    const told = headers.get('ratelimit-policy') ?? ''
    expect([...told.matchAll(/"(\w+)";q=\d+;w=\d+/g)].map(([, name]) => name).toSorted()).toEqual(
      together.filter((name) => name !== 'everyone'),
    )
  })
}

/** What queues a mail, by the queue that a statement names as `enqueueJob` writes it. */
const queuesMail = (statement: string) => /::uuid, 'send-[\w-]+'/.test(statement)

test('every route whose statements queue a mail says so', async () => {
  const mailing = new Set<string>()
  for (const call of calls) {
    const from = world.statements.length
    await send(world, call)
    if (world.statements.slice(from).some(queuesMail)) mailing.add(call.template)
  }
  expect(mailing.size).toBeGreaterThan(15)
  expect([...mailing].filter((route) => routePolicies[route]?.mail !== 'queued')).toEqual([])
})

const readPolicy = async (instance: World) => Policy.parse((await instance.send('GET /internal/policy')).body)

for (const REDIS_OUTAGE of ['closed', 'local'] as const) {
  for (const call of calls) {
    test(`${titleOf(call)} does without Redis as the policy of the running server says (REDIS_OUTAGE=${REDIS_OUTAGE})`, async () => {
      const instance = world.startAnother(
        { REDIS_OUTAGE },
        { limiter: { take: async () => ({ outcome: 'unavailable' }) } },
      )
      const policy = await readPolicy(instance)
      const mode: OutageMode | undefined = policy.routes.find(({ route }) => route === call.template)?.without.redis
      const answer = await send(instance, call)
      expect(answer.headers.get('server-timing')).toContain(`redis;desc="${mode}"`)
      if (mode === 'closed') {
        const body = routePolicies[call.template]?.isOauth
          ? { error: 'temporarily_unavailable' }
          : { code: 'limits_unavailable', retryAfterSeconds: 2 }
        expect(answer).toMatchObject({ status: 503, body })
        expect(answer.headers.get('retry-after')).toBe('2')
        expect(answer.headers.get('ratelimit-policy')).toBeNull()
      } else {
        expect(mode).toBe('local')
        expect(answer.status).toBeLessThan(500)
        expect(answer.headers.get('ratelimit-policy')).toContain('"address";q=60;w=60')
      }
    })
  }
}

test('the table that a server shows has every line, with the limits and modes of its settings', async () => {
  const settings = { REDIS_OUTAGE: 'local', CAPTCHA_OUTAGE: 'closed', RATE_LIMIT_OVERRIDES: 'logIn=7/9' } as const
  const { limits, routes: shown } = await readPolicy(world.startAnother(settings))
  expect(shown.map(({ route }) => route)).toEqual(Object.keys(routePolicies))
  expect(limits).toEqual({ ...rateLimits, logIn: { limit: 7, windowSeconds: 9 } })
  expect(shown.find(({ route }) => route === 'POST /v1/auth/login')).toEqual({
    route: 'POST /v1/auth/login',
    limits: ['everyone', 'address', 'account', 'logIn'],
    without: { postgres: 'closed', redis: 'local', mail: 'queued', captcha: 'closed' },
  })
})

test('in production the table is there only for who has OPERATOR_TOKEN, and without that setting for nobody', async () => {
  const production = {
    ENVIRONMENT: 'production',
    DATABASE_URL: 'postgres://localhost/postern',
    REDIS_URL: 'redis://localhost:6379',
    RESEND_API_KEY: 're_key',
  } as const
  const OPERATOR_TOKEN = 'the token of an operator of the tests'
  const ask = async (settings: object, authorization?: string) =>
    (
      await world
        .startAnother({ ...production, ...settings })
        .send('GET /internal/policy', { ...(authorization !== undefined && { headers: { authorization } }) })
    ).status
  for (const authorization of [undefined, 'Bearer ', 'Bearer undefined', `Bearer ${OPERATOR_TOKEN}`]) {
    expect(await ask({}, authorization)).toBe(404)
  }
  for (const authorization of [undefined, 'Bearer ', `Bearer ${OPERATOR_TOKEN}s`, OPERATOR_TOKEN]) {
    expect(await ask({ OPERATOR_TOKEN }, authorization)).toBe(404)
  }
  expect(await ask({ OPERATOR_TOKEN }, `Bearer ${OPERATOR_TOKEN}`)).toBe(200)
})
