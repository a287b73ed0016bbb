import { expect, test } from 'bun:test'
import { compareByRank } from './mann-whitney'

test('samples without overlap have the largest effect', () => {
  const { effect, p } = compareByRank([1, 2, 3, 4, 5, 6, 7, 8], [11, 12, 13, 14, 15, 16, 17, 18])
  expect(effect).toBe(-1)
  expect(p).toBeCloseTo(0.00078, 5)
})

test('samples that are the same have no effect', () => {
  expect(compareByRank([1, 2, 3, 4], [1, 2, 3, 4])).toEqual({ effect: 0, p: expect.closeTo(1, 5) })
  expect(compareByRank([5, 5, 5], [5, 5, 5])).toEqual({ effect: 0, p: 1 })
})

test('a shift of a tenth of a deviation is found in enough samples', () => {
  const wave = (index: number) => Math.sin(index * 12.9898) * 1.41
  const before = Array.from({ length: 4000 }, (_, index) => wave(index))
  const after = before.map((value) => value + 0.1)
  expect(compareByRank(after, before).p).toBeLessThan(0.001)
})
