import { expect, test } from 'bun:test'
import * as z from 'zod'
import { migrateDatabase } from '../support/bun-server'
import { startOwnPostgres } from '../support/postgres'
import { get, registerAccount } from './account'
import { startServer } from './server-process'

const timeoutSeconds = 2
const callers = 16

const Answer = z.object({ code: z.string().optional() })

test('when Postgres restarts under load, answers are right or 503 in time, and all right 5 s after it is back', async () => {
  const postgres = await startOwnPostgres()
  try {
    await migrateDatabase({ DATABASE_URL: postgres.url })
    await using server = await startServer({
      DATABASE_URL: postgres.url,
      DATABASE_TIMEOUT_SECONDS: String(timeoutSeconds),
    })
    const people = await Promise.all(Array.from({ length: callers }, () => registerAccount(server.url)))
    const answers: { outcome: string; sentAt: number; ms: number }[] = []
    let isOver = false
    const load = people.map(async ({ accessToken }) => {
      while (!isOver) {
        const sentAt = performance.now()
        const response = await get(server.url, '/v1/me', accessToken)
        const { code = '' } = Answer.parse(await response.json())
        answers.push({ outcome: `${response.status} ${code}`.trim(), sentAt, ms: performance.now() - sentAt })
        await Bun.sleep(5)
      }
    })
    await Bun.sleep(500)
    await postgres.stop()
    await Bun.sleep(1500)
    await postgres.start()
    const backAt = performance.now()
    await Bun.sleep(6500)
    isOver = true
    await Promise.all(load)

    expect([...new Set(answers.map(({ outcome }) => outcome))].sort()).toEqual(['200', '503 database_unavailable'])
    expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan((timeoutSeconds + 1) * 1000)
    const late = answers.filter(({ sentAt }) => sentAt > backAt + 5000)
    expect(late.length).toBeGreaterThan(callers)
    expect(late.filter(({ outcome }) => outcome !== '200')).toEqual([])
    expect(server.errors()).toBe('')
  } finally {
    await postgres.stop()
  }
}, 60_000)
