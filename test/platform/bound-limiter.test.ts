import { expect, test } from 'bun:test'
import { createBoundLimiter } from '#platform/bound-limiter'
import type { BoundWorker } from '#platform/imported-hash-binding'
import { answerLimits } from '#platform/limits-endpoint'
import { createMemoryLimiter } from '#platform/memory-limiter'
import { systemClock as clock } from '#platform/system'
import { takeAtOnce, tally, useOf } from './limit-uses'

const timeoutMs = 50
/** What the binding may take beside. */
const slackMs = 300

const counting = () => {
  const limiter = createMemoryLimiter(clock)
  const worker: BoundWorker = { fetch: (url, init) => answerLimits(limiter, new Request(url, init)) }
  return createBoundLimiter(worker, { clock, timeoutMs })
}

test('the bound Worker counts: of two hundred at once exactly as many as the limit says pass', async () => {
  const limiter = counting()
  expect(tally(await takeAtOnce([limiter], [useOf({ limit: 37 })], 200))).toEqual({ admitted: 37, refused: 163 })
})

test('a verdict comes back as it was given', async () => {
  const limiter = counting()
  const uses = [useOf({ limit: 1 }), useOf({ name: 'logIn', limit: 5 })]
  const state = { name: 'sendMail', limit: 1, windowSeconds: 60, remaining: 0 }
  expect(await limiter.take(uses)).toMatchObject({ outcome: 'admitted', limits: [state, { remaining: 4 }] })
  expect(await limiter.take(uses)).toMatchObject({ outcome: 'refused', by: state, limits: [state, { remaining: 4 }] })
})

test('that Redis is away is no failure of the bound Worker: it is asked again each time', async () => {
  let asked = 0
  const fetch = async () => {
    asked += 1
    return Response.json({ outcome: 'unavailable' })
  }
  const limiter = createBoundLimiter({ fetch }, { clock, timeoutMs })
  for (let count = 0; count < 10; count += 1) expect(await limiter.take([useOf()])).toEqual({ outcome: 'unavailable' })
  expect(asked).toBe(10)
})

const failing: Record<string, BoundWorker['fetch']> = {
  throws: () => Promise.reject(new Error('no such Worker')),
  'answers 500': async () => new Response('oops', { status: 500 }),
  'answers a page': async () => new Response('<html>'),
  'answers no verdict': async () => Response.json({ success: true, reason: 'timeout' }),
  'answers null': async () => Response.json(null),
  'does not answer': (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
}
for (const [what, fetch] of Object.entries(failing)) {
  test(`a bound Worker that ${what} admits nobody, and soon nobody waits for it`, async () => {
    let asked = 0
    const worker: BoundWorker = {
      fetch: (url, init) => {
        asked += 1
        return fetch(url, init)
      },
    }
    const limiter = createBoundLimiter(worker, { clock, timeoutMs })
    const take = async () => {
      const startedAt = performance.now()
      expect(await limiter.take([useOf()])).toEqual({ outcome: 'unavailable' })
      return performance.now() - startedAt
    }
    // This suite runs beside another one, which may hold the processor for a while.
    for (let count = 0; count < 3; count += 1) expect(await take()).toBeLessThan(timeoutMs + slackMs + 1000)
    for (let count = 0; count < 3; count += 1) expect(await take()).toBeLessThan(50)
    expect(asked).toBe(3)
  })
}
