import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { LimitUse } from '#core/platform'
import { createMemoryLimiter, unlimited } from '#platform/memory-limiter'
import '../core/fixed-seed'
import { mostInStretch, takeAtOnce, tally, useOf } from './limit-uses'

const openLimiter = () => {
  let now = Date.UTC(2026, 10, 22)
  const limiter = createMemoryLimiter({ now: () => new Date(now) })
  const advance = (seconds: number) => {
    now += seconds * 1000
  }
  return { limiter, advance, now: () => now }
}

const use = useOf({ key: 'sendMail:ada' })

const outcomesOf = async (take: () => Promise<{ outcome: string }>, times: number): Promise<string[]> => {
  const outcomes: string[] = []
  for (let count = 0; count < times; count += 1) outcomes.push((await take()).outcome)
  return outcomes
}

test('exactly as many uses as the limit says pass, and each makes room for one more when its window is over', async () => {
  const { limiter, advance } = openLimiter()
  const take = () => limiter.take([use])
  expect(await outcomesOf(take, 2)).toEqual(['admitted', 'admitted'])
  advance(30)
  expect(await outcomesOf(take, 2)).toEqual(['admitted', 'refused'])
  advance(29.999)
  expect(await outcomesOf(take, 1)).toEqual(['refused'])
  advance(0.001)
  expect(await outcomesOf(take, 3)).toEqual(['admitted', 'admitted', 'refused'])
})

test('of two hundred uses at once, exactly as many as the limit says pass', async () => {
  const { limiter } = openLimiter()
  const verdicts = await takeAtOnce([limiter], [{ ...use, limit: 37 }], 200)
  expect(tally(verdicts)).toEqual({ admitted: 37, refused: 163 })
})

test('a verdict tells of each limit what remains, and how long until its oldest use is over', async () => {
  const { limiter, advance } = openLimiter()
  const state = { name: 'sendMail', limit: 3, windowSeconds: 60 } as const
  await limiter.take([use])
  advance(20)
  expect(await limiter.take([use])).toEqual({
    outcome: 'admitted',
    limits: [{ ...state, remaining: 1, resetSeconds: 40 }],
  })
  await limiter.take([use])
  advance(38.5)
  const by = { ...state, remaining: 0, resetSeconds: 1.5 }
  expect(await limiter.take([use])).toEqual({ outcome: 'refused', limits: [by], by })
})

test('what is refused by one limit uses up nothing of the others', async () => {
  const { limiter } = openLimiter()
  const [shared, own] = [useOf({ limit: 5 }), useOf({ limit: 1 })]
  await limiter.take([shared, own])
  expect(tally(await takeAtOnce([limiter], [shared, own], 20))).toEqual({ refused: 20 })
  expect(tally(await takeAtOnce([limiter], [shared], 20))).toEqual({ admitted: 4, refused: 16 })
})

test('a refusal is by the limit that lasts longest of those that are used up', async () => {
  const { limiter, advance } = openLimiter()
  const [short, long] = [useOf({ limit: 1, windowSeconds: 10 }), useOf({ limit: 1, windowSeconds: 600 })]
  await limiter.take([long])
  advance(599)
  await limiter.take([short])
  expect(await limiter.take([short, long])).toMatchObject({ outcome: 'refused', by: { windowSeconds: 10 } })
  advance(1)
  expect(await limiter.take([short, long])).toMatchObject({ by: { resetSeconds: 9 }, limits: [{}, { remaining: 1 }] })
})

test('refused uses do not put the end of the window off', async () => {
  const { limiter, advance } = openLimiter()
  for (let second = 0; second < 60; second += 1) {
    await limiter.take([use])
    advance(1)
  }
  expect(await limiter.take([use])).toMatchObject({ outcome: 'admitted' })
})

const step = fc.record({
  advanceMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1500 })),
  uses: fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1 }),
})

test('however uses come, one passes if and only if none of its limits is used up within its window', async () => {
  const limits: LimitUse[] = [
    useOf({ key: 'a', limit: 1, windowSeconds: 1 }),
    useOf({ key: 'b', limit: 3, windowSeconds: 2 }),
    useOf({ key: 'c', limit: 5, windowSeconds: 5 }),
  ]
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { limiter, advance, now } = openLimiter()
      const admitted = limits.map((): number[] => [])
      const usedOf = (index: number) => {
        const { windowSeconds = 0 } = limits[index] ?? {}
        return (admitted[index] ?? []).filter((at) => at > now() - windowSeconds * 1000).length
      }
      for (const { advanceMs, uses } of steps) {
        advance(advanceMs / 1000)
        const isFree = uses.every((index) => usedOf(index) < (limits[index]?.limit ?? 0))
        const verdict = await limiter.take(limits.filter((_, index) => uses.includes(index)))
        expect(verdict.outcome).toBe(isFree ? 'admitted' : 'refused')
        if (isFree) for (const index of uses) admitted[index]?.push(now())
        const remaining = limits.flatMap(({ limit }, index) => (uses.includes(index) ? [limit - usedOf(index)] : []))
        expect(verdict).toMatchObject({ limits: remaining.map((remaining) => ({ remaining })) })
      }
      for (const [index, { limit, windowSeconds }] of limits.entries()) {
        expect(mostInStretch(admitted[index] ?? [], windowSeconds * 1000)).toBeLessThanOrEqual(limit)
      }
    }),
  )
})

test('a flood of keys is forgotten oldest first, so that memory is bounded and the newest limits hold', async () => {
  const { limiter } = openLimiter()
  const take = async (key: string) => (await limiter.take([useOf({ key, limit: 1, windowSeconds: 3600 })])).outcome
  for (let key = 0; key < 100_000; key += 1) await take(`flood-${key}`)
  expect(await take('flood-0')).toBe('refused')
  for (let key = 100_000; key < 100_100; key += 1) await take(`flood-${key}`)
  expect(await take('flood-99999')).toBe('refused')
  expect(await take('flood-0')).toBe('admitted')
})

test('the limiter that allows everything does', async () => {
  expect(await unlimited.take([{ ...use, limit: 0 }])).toEqual({ outcome: 'admitted', limits: [] })
})
