import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as z from 'zod'
import { type Account, get, post, registerAccount } from './account'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { type ServerProcess, startServer } from './server-process'

const timeoutSeconds = 1
const poolSize = 10

const resources = new AsyncDisposableStack()
let database: RealDatabase
let server: ServerProcess
let blocked: Account
let others: Account[]

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  server = resources.use(
    await startServer({ DATABASE_URL: database.url, DATABASE_TIMEOUT_SECONDS: String(timeoutSeconds) }),
  )
  blocked = await registerAccount(server.url)
  others = await Promise.all(Array.from({ length: 32 }, () => registerAccount(server.url)))
  // Every connection has the statement prepared, so that nothing but the lock tells it from others.
  await Promise.all(others.map(refresh))
}, 30_000)

afterAll(() => resources.disposeAsync())

/** Holds the session of an account in a transaction, as a stuck job or an operator's console would. */
const whileLocked = async (account: Account, work: () => Promise<void>) => {
  await database.sql.begin(async (transaction) => {
    await transaction`select from session where id = ${account.sessionId} for update`
    await work()
  })
}

const refresh = ({ refreshToken }: Account) => post(server.url, '/auth/refresh', { refreshToken })

const User = z.object({ email: z.string() })

/** Reads profiles, many at a time, until the time is over; each must be its caller's, and there at once. */
const readOwnProfiles = async (seconds: number) => {
  let slowestMs = 0
  const giveUpAt = Date.now() + seconds * 1000
  await Promise.all(
    others.map(async ({ email, accessToken }) => {
      while (Date.now() < giveUpAt) {
        const startedAt = performance.now()
        const response = await get(server.url, '/v1/me', accessToken)
        expect(response.status).toBe(200)
        expect(User.parse(await response.json()).email).toBe(email)
        slowestMs = Math.max(slowestMs, performance.now() - startedAt)
      }
    }),
  )
  return slowestMs
}

test('a statement that waits for a locked row answers 503 at its deadline, and works when the lock is gone', async () => {
  await whileLocked(blocked, async () => {
    const startedAt = performance.now()
    const response = await refresh(blocked)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'database_unavailable' })
    expect(performance.now() - startedAt).toBeLessThan((timeoutSeconds + 1) * 1000)
  })
  expect((await refresh(blocked)).status).toBe(200)
})

test('a statement that waits for a locked row slows nobody else down', async () => {
  await whileLocked(blocked, async () => {
    const waiting = refresh(blocked)
    const slowestMs = await readOwnProfiles(2 * timeoutSeconds)
    expect(slowestMs).toBeLessThan(500)
    expect((await waiting).status).toBe(503)
  })
})

test('when all but one connection wait for a locked row, everybody else still gets their own answer', async () => {
  await whileLocked(blocked, async () => {
    const waiting = Array.from({ length: poolSize - 1 }, () => refresh(blocked))
    await readOwnProfiles(2 * timeoutSeconds)
    for (const response of await Promise.all(waiting)) expect(response.status).toBe(503)
  })
  expect(server.errors()).toBe('')
})

test('when every connection waits for a locked row, others wait or get a 503, never the answer of someone else', async () => {
  await whileLocked(blocked, async () => {
    const waiting = Array.from({ length: 3 * poolSize }, () => refresh(blocked))
    const reads = others.map(async ({ email, accessToken }) => {
      const response = await get(server.url, '/v1/me', accessToken)
      if (response.status === 200) expect(User.parse(await response.json()).email).toBe(email)
      else expect(response.status).toBe(503)
    })
    await Promise.all(reads)
    for (const response of await Promise.all(waiting)) expect(response.status).toBe(503)
  })
  await readOwnProfiles(timeoutSeconds)
  expect(server.errors()).toBe('')
})
