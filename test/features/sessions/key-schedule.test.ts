import { expect, test } from 'bun:test'
import fc from 'fast-check'
import '../../core/fixed-seed'
import { endOf, type ScheduledKey, stagesLastUntil, stagesOf } from '#features/sessions/key-schedule'

const origin = Date.UTC(2026, 10, 22)
const at = (seconds: number) => new Date(origin + seconds * 1000)
const tokenSeconds = 900

/** Generation 1 signs from 0, generation 2 from 10,000 s. */
const keys: ScheduledKey[] = [
  { generation: 2, signsFrom: at(10_000), revokedAt: null },
  { generation: 1, signsFrom: at(0), revokedAt: null },
]

const generationsAt = (seconds: number) => {
  const { current, next, previous } = stagesOf(keys, at(seconds), tokenSeconds)
  return {
    current: current?.generation,
    next: next?.generation,
    previous: previous.map(({ generation }) => generation),
  }
}

test('a key is next until its time, signs from the very moment, and makes the one before previous', () => {
  expect(generationsAt(9999)).toEqual({ current: 1, next: 2, previous: [] })
  expect(generationsAt(10_000)).toEqual({ current: 2, next: undefined, previous: [1] })
})

test('a previous key is published for the life of its last token and of the caches, and not longer', () => {
  expect(generationsAt(10_000 + 900 + 300 - 1).previous).toEqual([1])
  expect(generationsAt(10_000 + 900 + 300).previous).toEqual([])
})

test('a key that was revoked is in no stage, and those beside it stand as if it had never been', () => {
  const revoked = { generation: 3, signsFrom: at(10_500), revokedAt: at(10_600) }
  expect(stagesOf([...keys, revoked], at(10_700), tokenSeconds)).toMatchObject({
    current: { generation: 2 },
    next: undefined,
    previous: [{ generation: 1 }],
  })
  expect(endOf(revoked, [...keys, revoked], tokenSeconds)).toBeUndefined()
})

test('a key signs until its successor does, its last token lives as long as all, and caches have 300 s more', () => {
  const [second, first] = keys
  expect(first && endOf(first, keys, tokenSeconds)).toEqual({
    signsUntil: at(10_000),
    lastTokenDiesAt: at(10_900),
    leavesAt: at(11_200),
  })
  expect(second && endOf(second, keys, tokenSeconds)).toBeUndefined()
})

test('without a key there is no stage, and before the first one signs there is only a next', () => {
  expect(stagesOf([], at(0), tokenSeconds)).toEqual({ current: undefined, next: undefined, previous: [] })
  expect(generationsAt(-1)).toEqual({ current: undefined, next: 1, previous: [] })
})

const anySchedule = fc
  .array(fc.integer({ min: 0, max: 50_000 }), { minLength: 1, maxLength: 6 })
  .map((instants) =>
    instants
      .toSorted((a, b) => a - b)
      .map((seconds, index) => ({ generation: index + 1, signsFrom: at(seconds), revokedAt: null })),
  )

test('whatever the schedule, a token is verifiable for its whole life by the key that signed it', () => {
  fc.assert(
    fc.property(
      anySchedule,
      fc.integer({ min: 0, max: 60_000 }),
      fc.integer({ min: 0, max: tokenSeconds }),
      (schedule, signedAt, age) => {
        const signer = stagesOf(schedule, at(signedAt), tokenSeconds).current
        fc.pre(signer !== undefined)
        const { current, next, previous } = stagesOf(schedule, at(signedAt + age), tokenSeconds)
        expect([current, next, ...previous]).toContain(signer)
      },
    ),
  )
})

test('whatever order the keys are read in, every instance finds the same stages', () => {
  fc.assert(
    fc.property(anySchedule, fc.integer({ min: -10, max: 60_000 }), (schedule, seconds) => {
      const shuffled = schedule.toReversed()
      expect(stagesOf(shuffled, at(seconds), tokenSeconds)).toEqual(stagesOf(schedule, at(seconds), tokenSeconds))
    }),
  )
})

test('stages are what they are until something happens to a key, and then others', () => {
  const untilAt = (seconds: number) => (stagesLastUntil(keys, at(seconds), tokenSeconds) - origin) / 1000
  expect(untilAt(-5)).toBe(0)
  expect(untilAt(0)).toBe(10_000)
  expect(untilAt(9999)).toBe(10_000)
  expect(untilAt(10_000)).toBe(10_000 + 900 + 300)
  expect(untilAt(10_000 + 900 + 300)).toBe(Number.POSITIVE_INFINITY)
  for (const seconds of [-5, 0, 9999, 10_000]) {
    expect(generationsAt(untilAt(seconds) - 0.001)).toEqual(generationsAt(seconds))
    expect(generationsAt(untilAt(seconds))).not.toEqual(generationsAt(seconds))
  }
})
