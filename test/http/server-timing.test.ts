import { expect, test } from 'bun:test'
import { readOutages } from '#core/outages'
import { noMeter } from '#core/telemetry'
import { registerAndLogIn } from '../features/people'
import { openWorld } from '../platform'

const OPERATOR_TOKEN = 'the token of an operator of the tests'

/** Each look at the clock is a millisecond later than the one before. */
const ticking = () => {
  let now = 0
  return { meter: noMeter, tracer: null, elapsed: () => (now += 1) }
}

const open = async (settings: Record<string, string>) => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  const instance = world.startAnother(settings, { telemetry: ticking() })
  return async (headers: Record<string, string> = {}) =>
    (await instance.send('GET /v1/me', { token, headers })).headers.get('server-timing')
}

test('developers are told how long an answer took, and what it waited for', async () => {
  const ask = await open({ ENVIRONMENT: 'development' })
  expect(await ask()).toMatch(/^total;dur=0, db;dur=\d+\.0;desc="\d+"$/)
})

test('elsewhere operators alone are, who show their token', async () => {
  const ask = await open({ OPERATOR_TOKEN })
  expect(await ask({ 'x-operator-token': OPERATOR_TOKEN })).toStartWith('total;dur=0, db;dur=')
  for (const shown of ['', 'undefined', `${OPERATOR_TOKEN}s`, `Bearer ${OPERATOR_TOKEN}`]) {
    expect(await ask({ 'x-operator-token': shown }), shown).toBeNull()
  }
  expect(await ask()).toBeNull()
})

test('without a token configured nobody can show it', async () => {
  const ask = await open({})
  for (const shown of ['', 'undefined']) expect(await ask({ 'x-operator-token': shown }), shown).toBeNull()
})

test('what was done without is told to all, and read again among the rest', async () => {
  const world = await openWorld({ ENVIRONMENT: 'development', RATE_LIMITS: 'on' })
  const away = world.startAnother({}, { limiter: { take: async () => ({ outcome: 'unavailable' }) } })
  const { headers } = await away.send('GET /v1/me')
  expect(headers.get('server-timing')).toBe('total;dur=0, redis;desc="local"')
  expect(readOutages(headers)).toEqual([{ dependency: 'redis', mode: 'local' }])
})
