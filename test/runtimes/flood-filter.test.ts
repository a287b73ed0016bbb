import { expect, test } from 'bun:test'
import { expectProblem } from '../support/expect-problem'
import { startWorkerServer } from '../support/worker-server'
import { openRealDatabase } from './real-postgres'

const FLOODS = { name: 'FLOODS', namespace_id: '1815', simple: { limit: 20, period: 10 } }

test('with Cloudflare’s rate-limit binding a flood from one network stops before anything is asked, others pass', async () => {
  await using database = await openRealDatabase()
  const settings = { ENVIRONMENT: 'test', SECRET: 'a secret of tests that protects nothing at all', RATE_LIMITS: 'off' }
  const server = await startWorkerServer(settings, database.url, { ratelimits: [FLOODS] })
  try {
    const send = (address: string) =>
      server.send('POST /v1/auth/email/verify', { headers: { 'cf-connecting-ip': address }, json: { token: 'none' } })
    const replies = await Promise.all(Array.from({ length: 60 }, () => send('203.0.113.7')))
    const refused = replies.filter(({ status }) => status === 429)
    // The window of Cloudflare's own may end in between.
    expect(refused.length).toBeWithin(20, 41)
    const [first] = refused
    if (first) expectProblem(first, 429, 'rate_limited')
    expect(first?.headers.get('retry-after')).toBe('10')
    expectProblem(await send('203.0.113.8'), 400, 'invalid_email_token')
    const free = await Promise.all(Array.from({ length: 30 }, () => server.send('GET /health/live')))
    expect(free.map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 200))
  } finally {
    await server.stop()
  }
}, 60_000)
