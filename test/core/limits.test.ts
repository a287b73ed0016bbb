import { expect, test } from 'bun:test'
import { limits, takeLimit } from '#core/limits'
import { openWorld } from '../platform'

const anonymous = { kind: 'anonymous' } as const

test('a limit refuses the use after its last with the seconds to wait, in the header and in the problem', async () => {
  const ctx = (await openWorld({ RATE_LIMITS: 'on' })).contextOf(anonymous)
  for (let use = 0; use < limits.sendMail.limit; use += 1) await takeLimit(ctx, 'sendMail', 'ada@example.com')
  await expect(takeLimit(ctx, 'sendMail', 'ada@example.com')).rejects.toMatchObject({
    definition: { code: 'rate_limited', status: 429 },
    facts: { extensions: { retryAfterSeconds: 900 }, headers: { 'retry-after': '900' } },
  })
})

test('what is counted by one thing leaves another alone, and so does another limit', async () => {
  const ctx = (await openWorld({ RATE_LIMITS: 'on' })).contextOf(anonymous)
  const use = (name: keyof typeof limits, by: string) => takeLimit(ctx, name, by)
  for (let times = 0; times < limits.sendMail.limit; times += 1) await use('sendMail', 'a')
  expect(await use('sendMail', 'b')).toBeUndefined()
  expect(await use('register', 'a')).toBeUndefined()
})

test('callers without an address share one bucket', async () => {
  const ctx = (await openWorld({ RATE_LIMITS: 'on' })).contextOf(anonymous)
  for (let use = 0; use < limits.register.limit; use += 1) await takeLimit(ctx, 'register', null)
  await expect(takeLimit(ctx, 'register', null)).rejects.toThrow('rate_limited')
  expect(await takeLimit(ctx, 'register', '203.0.113.9')).toBeUndefined()
})
