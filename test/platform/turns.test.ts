import { expect, test } from 'bun:test'
import { createTurns } from '#platform/turns'

const openTurns = () => {
  let now = new Date('2026-11-30T12:00:00.000Z')
  const turn = createTurns({ clock: { now: () => now }, perSecond: 100, mostSeconds: 5 })
  const advance = (milliseconds: number) => {
    now = new Date(now.getTime() + milliseconds)
  }
  return { turn, advance, take: (count: number) => Array.from({ length: count }, turn) }
}

test('who is sent away alone comes back in a second, and whoever came with many when it is their turn', () => {
  const { turn, take } = openTurns()
  expect(turn()).toBe(1)
  const turns = take(299)
  for (const second of [1, 2, 3]) expect(turns.filter((turn) => turn === second).length).toBeWithin(98, 102)
})

test('nobody is sent away for longer than is said, however many there are', () => {
  const { take } = openTurns()
  expect(Math.max(...take(10_000))).toBe(5)
})

test('once their turns are over, everybody is told a second again', () => {
  const { turn, take, advance } = openTurns()
  take(10_000)
  expect(turn()).toBe(5)
  advance(5000)
  expect(turn()).toBe(1)
})
