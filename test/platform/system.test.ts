import { expect, test } from 'bun:test'
import { createIds, systemRandom } from '#platform/system'

const clock = { now: () => new Date('2026-11-22T12:00:00.000Z') }

test('an id is a UUIDv7 of the clock’s time, and no two are the same', () => {
  const ids = createIds(clock, systemRandom)
  const many = Array.from({ length: 1000 }, () => ids.next())
  expect(new Set(many).size).toBe(1000)
  for (const id of many) expect(id).toMatch(/^01a20320-a200-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('later ids sort behind earlier ones', () => {
  const inOrder = Array.from({ length: 100 }, (_, milliseconds) => {
    const now = new Date(clock.now().getTime() + milliseconds)
    return createIds({ now: () => now }, systemRandom).next()
  })
  expect(inOrder.toSorted()).toEqual(inOrder)
})

test('randomness has the length that was asked for, and does not repeat', () => {
  expect(systemRandom.bytes(32)).toHaveLength(32)
  expect(systemRandom.bytes(32).toHex()).not.toBe(systemRandom.bytes(32).toHex())
})
