import { expect, test } from 'bun:test'
import { createOutageMeter } from '#platform/outage-meter'

test('what is done without a dependency is counted by dependency and mode, with its first and last time', () => {
  let now = 0
  const meter = createOutageMeter({ now: () => new Date(now) })
  expect(meter.list()).toEqual([])
  meter.note('redis', 'closed')
  now = 5000
  meter.note('redis', 'local')
  meter.note('captcha', 'open')
  now = 9000
  meter.note('redis', 'closed')
  expect(meter.list()).toEqual([
    { dependency: 'redis', mode: 'closed', count: 2, firstAt: new Date(0), lastAt: new Date(9000) },
    { dependency: 'redis', mode: 'local', count: 1, firstAt: new Date(5000), lastAt: new Date(5000) },
    { dependency: 'captcha', mode: 'open', count: 1, firstAt: new Date(5000), lastAt: new Date(5000) },
  ])
})
