import { expect, test } from 'bun:test'
import { createMemoryLimiter, unlimited } from '#platform/memory-limiter'

const openLimiter = () => {
  let now = Date.UTC(2026, 10, 22)
  const limiter = createMemoryLimiter({ now: () => new Date(now) })
  const advance = (seconds: number) => {
    now += seconds * 1000
  }
  return { limiter, advance }
}

const policy = { limit: 3, windowSeconds: 60 }

test('exactly as many uses as the limit says are allowed, and none more until the window ends', async () => {
  const { limiter, advance } = openLimiter()
  const take = async () => (await limiter.take('key', policy)).allowed
  expect([await take(), await take(), await take(), await take()]).toEqual([true, true, true, false])
  advance(59.999)
  expect(await take()).toBe(false)
  advance(0.001)
  expect([await take(), await take(), await take(), await take()]).toEqual([true, true, true, false])
})

test('of a hundred uses at once, exactly as many as the limit says are allowed', async () => {
  const { limiter } = openLimiter()
  const answers = await Promise.all(Array.from({ length: 100 }, () => limiter.take('key', policy)))
  expect(answers.filter(({ allowed }) => allowed)).toHaveLength(3)
})

test('the seconds to wait are those to the end of the window, rounded up', async () => {
  const { limiter, advance } = openLimiter()
  expect(await limiter.take('key', policy)).toEqual({ allowed: true, retryAfterSeconds: 60 })
  advance(58.5)
  expect((await limiter.take('key', policy)).retryAfterSeconds).toBe(2)
})

test('refused uses do not put the end of the window off', async () => {
  const { limiter, advance } = openLimiter()
  for (let second = 0; second < 60; second += 1) {
    await limiter.take('key', policy)
    advance(1)
  }
  expect((await limiter.take('key', policy)).allowed).toBe(true)
})

test('each key has a window of its own', async () => {
  const { limiter } = openLimiter()
  for (let use = 0; use < 4; use += 1) await limiter.take('one', policy)
  expect((await limiter.take('other', policy)).allowed).toBe(true)
})

test('a flood of keys is forgotten oldest first, so that memory is bounded and the newest limits hold', async () => {
  const { limiter } = openLimiter()
  const once = { limit: 1, windowSeconds: 3600 }
  for (let key = 0; key < 100_000; key += 1) await limiter.take(`flood-${key}`, once)
  expect((await limiter.take('flood-0', once)).allowed).toBe(false)
  for (let key = 100_000; key < 100_100; key += 1) await limiter.take(`flood-${key}`, once)
  expect((await limiter.take('flood-99999', once)).allowed).toBe(false)
  expect((await limiter.take('flood-0', once)).allowed).toBe(true)
})

test('windows that have ended go before any that lives', async () => {
  const { limiter, advance } = openLimiter()
  const long = { limit: 1, windowSeconds: 3600 }
  await limiter.take('long', long)
  for (let key = 1; key < 100_000; key += 1) await limiter.take(`short-${key}`, policy)
  advance(61)
  await limiter.take('new', policy)
  expect((await limiter.take('long', long)).allowed).toBe(false)
})

test('the limiter that allows everything does', async () => {
  expect(await unlimited.take('key', { limit: 0, windowSeconds: 1 })).toEqual({ allowed: true, retryAfterSeconds: 0 })
})
