import { expect, test } from 'bun:test'
import { readOutages } from '#core/outages'

const read = (...timings: string[]) => {
  const headers = new Headers()
  for (const timing of timings) headers.append('server-timing', timing)
  return readOutages(headers).map(({ dependency, mode }) => `${dependency}:${mode}`)
}

test('an answer says what it did without, one thing or several', () => {
  expect(read('provider;desc="closed"')).toEqual(['provider:closed'])
  expect(read('total;dur=4', 'provider;desc="closed"', 'redis;desc="local"')).toEqual([
    'redis:local',
    'provider:closed',
  ])
})

test('what is no word of ours counts nothing', () => {
  expect(read()).toEqual([])
  expect(read('total;dur=4', 'cache;desc="closed"', 'provider;desc="away"', 'provider')).toEqual([])
})
