import { expect, test } from 'bun:test'
import type { LimitState } from '#core/platform'
import { limitHeaders } from '#http/limit-headers'

const state = (name: LimitState['name'], remaining: number, rest: Partial<LimitState> = {}): LimitState => ({
  name,
  limit: 10,
  windowSeconds: 60,
  remaining,
  resetSeconds: 30,
  ...rest,
})

const headersOf = (...states: LimitState[]) => Object.fromEntries(limitHeaders(states))

test('nothing is told where nothing was counted', () => {
  expect(limitHeaders([])).toEqual([])
})

test('all policies are told, and how the limit stands that is nearest to its end, by its share and not by its number', () => {
  expect(
    headersOf(
      state('address', 8, { limit: 60 }),
      state('sendMail', 2, { limit: 3, windowSeconds: 900, resetSeconds: 800.2 }),
      state('account', 99, { limit: 100 }),
    ),
  ).toEqual({
    'ratelimit-policy': '"address";q=60;w=60, "sendMail";q=3;w=900, "account";q=100;w=60',
    ratelimit: '"address";r=8;t=30',
    'ratelimit-limit': '60',
    'ratelimit-remaining': '8',
    'ratelimit-reset': '30',
  })
})

test('of limits that are as near to their end the one is told that lasts longer, its seconds rounded up', () => {
  const headers = headersOf(state('address', 0), state('logIn', 0, { resetSeconds: 30.001 }), state('register', 1))
  expect(headers.ratelimit).toBe('"logIn";r=0;t=31')
  expect(headers['ratelimit-reset']).toBe('31')
})

test('what all callers share is told only when it is used up', () => {
  expect(headersOf(state('everyone', 1), state('address', 9))).toMatchObject({
    'ratelimit-policy': '"address";q=10;w=60',
    ratelimit: '"address";r=9;t=30',
  })
  expect(headersOf(state('everyone', 0), state('address', 9)).ratelimit).toBe('"everyone";r=0;t=30')
  expect(headersOf(state('everyone', 1))).toEqual({})
})
