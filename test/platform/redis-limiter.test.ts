import { afterAll, expect, test } from 'bun:test'
import { RedisClient } from 'bun'
import type { RateLimiter } from '#core/platform'
import { findRedis } from '../support/redis'
import { mostInStretch, takeAtOnce, tally, useOf } from './limit-uses'
import { openPatientLimiter, openRedisDoors } from './redis-doors'

const resources = new AsyncDisposableStack()
const server = await findRedis()
resources.defer(server.stop)
const client = new RedisClient(server.url)
resources.defer(() => client.close())
const { doors } = await openRedisDoors(server.url, resources)

afterAll(() => resources.disposeAsync())

/** Where Redis keeps what is counted by a key. */
const storedKey = (key: string) => `{postern}:${new Bun.CryptoHasher('sha256').update(key).digest('hex').slice(0, 32)}`

const listUses = (key: string): Promise<string[]> => client.send('LRANGE', [storedKey(key), '0', '-1'])

interface Admission {
  sentAt: number
  answeredAt: number
}

/** Bursts of uses from all of the limiters, for so long; when those that passed were sent and answered. */
const burst = async (limiters: RateLimiter[], use: ReturnType<typeof useOf>, milliseconds: number) => {
  const admissions: Admission[] = []
  const rounds: Promise<void>[] = []
  const takeOne = async (limiter: RateLimiter) => {
    const sentAt = Date.now()
    const { outcome } = await limiter.take([use])
    if (outcome === 'admitted') admissions.push({ sentAt, answeredAt: Date.now() })
    else expect(outcome).toBe('refused')
  }
  for (const endsAt = Date.now() + milliseconds; Date.now() < endsAt; await Bun.sleep(40 + Math.random() * 80)) {
    rounds.push(...limiters.flatMap((limiter) => Array.from({ length: 2 }, () => takeOne(limiter))))
  }
  await Promise.all(rounds)
  return admissions.toSorted((a, b) => a.sentAt - b.sentAt)
}

for (const [way, open] of Object.entries(doors)) {
  test.concurrent(`${way}: of two hundred uses at once, of two processes, exactly as many as the limit says pass`, async () => {
    const limiters = [openPatientLimiter(open), openPatientLimiter(open)]
    const use = useOf({ limit: 37 })
    expect(tally(await takeAtOnce(limiters, [use], 200))).toEqual({ admitted: 37, refused: 163 })
    expect(await listUses(use.key)).toHaveLength(37)
  })

  test.concurrent(`${way}: however bursts fall, no stretch of a window holds more uses than the limit, and each makes room when it is over`, async () => {
    const limiters = [openPatientLimiter(open), openPatientLimiter(open)]
    // So small beside the limit that it takes several bursts to fill.
    const limit = 24
    const use = useOf({ limit, windowSeconds: 1 })
    const admissions = await burst(limiters, use, 2700)
    expect(admissions.length).toBeGreaterThanOrEqual(2 * limit)
    for (const [index, { sentAt }] of admissions.slice(0, -limit).entries()) {
      const latest = Math.max(...admissions.slice(index, index + limit + 1).map(({ answeredAt }) => answeredAt))
      expect(latest - sentAt).toBeGreaterThanOrEqual(999)
    }
    const instants = (await listUses(use.key)).map(Number)
    expect(mostInStretch(instants, 1000)).toBeLessThanOrEqual(limit)
  })

  test.concurrent(`${way}: what is refused by one limit uses up nothing of the others`, async () => {
    const limiter = openPatientLimiter(open)
    const [shared, own] = [useOf({ limit: 50 }), useOf({ limit: 5 })]
    expect(tally(await takeAtOnce([limiter], [shared, own], 40))).toEqual({ admitted: 5, refused: 35 })
    expect(await listUses(shared.key)).toHaveLength(5)
    expect(tally(await takeAtOnce([limiter], [shared], 100))).toEqual({ admitted: 45, refused: 55 })
  })

  test.concurrent(`${way}: a verdict tells of each limit what remains, and how long until its oldest use is over`, async () => {
    const limiter = openPatientLimiter(open)
    const [first, second] = [useOf({ name: 'logIn', limit: 2 }), useOf({ limit: 9, windowSeconds: 900 })]
    const states = [
      { name: 'logIn', limit: 2, windowSeconds: 60, remaining: 1, resetSeconds: 60 },
      { name: 'sendMail', limit: 9, windowSeconds: 900, remaining: 8, resetSeconds: 900 },
    ] as const
    expect(await limiter.take([first, second])).toEqual({ outcome: 'admitted', limits: [...states] })
    await Bun.sleep(60)
    await limiter.take([first])
    const verdict = await limiter.take([second, first])
    if (verdict.outcome !== 'refused') throw new Error(`It was ${verdict.outcome}.`)
    expect(verdict.by).toMatchObject({ name: 'logIn', remaining: 0 })
    expect(verdict.limits).toMatchObject([{ name: 'sendMail', remaining: 8 }, verdict.by])
    const waited = verdict.limits.map(({ windowSeconds, resetSeconds }) => windowSeconds - resetSeconds)
    for (const seconds of waited) expect(seconds).toBeWithin(0.055, 10)
  })

  test.concurrent(`${way}: when Redis forgets its scripts, the next uses count all the same`, async () => {
    const limiters = [openPatientLimiter(open), openPatientLimiter(open)]
    const use = useOf({ limit: 60 })
    expect(tally(await takeAtOnce(limiters, [use], 20))).toEqual({ admitted: 20 })
    await client.send('SCRIPT', ['FLUSH'])
    expect(tally(await takeAtOnce(limiters, [use], 100))).toEqual({ admitted: 40, refused: 60 })
  })

  test.concurrent(`${way}: a key is gone when its last use is over, and names nobody`, async () => {
    const limiter = openPatientLimiter(open)
    const address = `ada-${crypto.randomUUID()}@example.com`
    const use = useOf({ key: `sendMail:reset-password:${address}`, windowSeconds: 1 })
    await limiter.take([use])
    await Bun.sleep(300)
    await limiter.take([use])
    const ttl: number = await client.send('PTTL', [storedKey(use.key)])
    expect(ttl).toBeWithin(750, 1001)
    const keys: string[] = await client.send('KEYS', ['*'])
    expect(keys).toContain(storedKey(use.key))
    expect(keys.filter((key) => key.includes(address))).toEqual([])
    expect(await listUses(use.key)).toEqual([expect.stringMatching(/^\d{13}$/), expect.stringMatching(/^\d{13}$/)])
    await Bun.sleep(ttl + 20)
    expect(await client.exists(storedKey(use.key))).toBe(false)
  })
}

test.concurrent('both ways count the same uses', async () => {
  const limiters = Object.values(doors).map((open) => openPatientLimiter(open))
  expect(tally(await takeAtOnce(limiters, [useOf({ limit: 21 })], 100))).toEqual({ admitted: 21, refused: 79 })
})

test.concurrent('a refused use gives its key no longer life', async () => {
  const limiter = openPatientLimiter(doors['over TCP'])
  const use = useOf({ limit: 1, windowSeconds: 2 })
  await limiter.take([use])
  await Bun.sleep(200)
  expect(await limiter.take([use])).toMatchObject({ outcome: 'refused' })
  expect(Number(await client.send('PTTL', [storedKey(use.key)]))).toBeLessThanOrEqual(1800)
})
