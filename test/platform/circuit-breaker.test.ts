import { expect, test } from 'bun:test'
import { CircuitOpen, createBreaker } from '#platform/circuit-breaker'

const openBreaker = () => {
  let now = 0
  const breaker = createBreaker({ clock: { now: () => new Date(now) }, mostFailures: 3, pauseMs: 1000 })
  const tried = { count: 0 }
  const run = (work: () => Promise<string>) =>
    breaker
      .run(() => {
        tried.count += 1
        return work()
      })
      .catch((error: unknown) => (error instanceof CircuitOpen ? 'not asked' : 'failed'))
  const fail = () => run(() => Promise.reject(new Error('away')))
  const succeed = () => run(async () => 'answer')
  return {
    run,
    fail,
    succeed,
    tried,
    advance: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

test('after three failures in a row nobody is asked for a while, and callers learn that at once', async () => {
  const { fail, succeed, tried, advance } = openBreaker()
  expect([await fail(), await fail(), await fail(), await succeed()]).toEqual([
    'failed',
    'failed',
    'failed',
    'not asked',
  ])
  advance(999)
  expect(await succeed()).toBe('not asked')
  expect(tried.count).toBe(3)
})

test('failures that are not in a row stop nobody', async () => {
  const { fail, succeed } = openBreaker()
  for (let round = 0; round < 5; round += 1) {
    expect([await fail(), await fail(), await succeed()]).toEqual(['failed', 'failed', 'answer'])
  }
})

test('after the pause one caller tries; it is over for all when that one gets an answer', async () => {
  const { run, fail, succeed, tried, advance } = openBreaker()
  for (let count = 0; count < 3; count += 1) await fail()
  advance(1000)
  const { promise, resolve } = Promise.withResolvers<string>()
  const trying = run(() => promise)
  expect([await succeed(), await succeed(), await succeed()]).toEqual(['not asked', 'not asked', 'not asked'])
  resolve('answer')
  expect(await trying).toBe('answer')
  expect([await succeed(), await fail(), await fail(), await succeed()]).toEqual([
    'answer',
    'failed',
    'failed',
    'answer',
  ])
  expect(tried.count).toBe(8)
})

test('when the one who tries fails, the next pause begins', async () => {
  const { fail, succeed, advance } = openBreaker()
  for (let count = 0; count < 3; count += 1) await fail()
  advance(1000)
  expect([await fail(), await succeed()]).toEqual(['failed', 'not asked'])
  advance(999)
  expect(await succeed()).toBe('not asked')
  advance(1)
  expect(await succeed()).toBe('answer')
})

test('one who tries and never comes back, such as a cancelled request, keeps nobody from trying after the next pause', async () => {
  const { run, fail, succeed, advance } = openBreaker()
  for (let count = 0; count < 3; count += 1) await fail()
  advance(1000)
  void run(() => new Promise(() => {}))
  expect(await succeed()).toBe('not asked')
  advance(1000)
  expect([await succeed(), await succeed()]).toEqual(['answer', 'answer'])
})

test('who waits in vain while others get answers stops nobody, however many they are', async () => {
  const { run, succeed } = openBreaker()
  const { promise, reject } = Promise.withResolvers<string>()
  const waiting = Array.from({ length: 9 }, () => run(() => promise))
  expect(await succeed()).toBe('answer')
  reject(new Error('late'))
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['failed']))
  expect(await succeed()).toBe('answer')
})
