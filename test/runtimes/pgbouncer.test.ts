import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Account, get, logIn, newAddress, password, patchMe, post, registerAccount } from './account'
import { pgBouncerObstacle, startPgBouncer } from './pgbouncer'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { startServer } from './server-process'

const timeoutSeconds = 2
const requests = 200
const concurrency = 20

if (pgBouncerObstacle) console.warn(`Skipped: the tests of PgBouncer, since ${pgBouncerObstacle}.`)

describe.skipIf(pgBouncerObstacle !== undefined)('behind PgBouncer in transaction mode', () => {
  const resources = new AsyncDisposableStack()
  let database: RealDatabase
  let accounts: Account[]

  beforeAll(async () => {
    database = resources.use(await openRealDatabase())
    await using server = await startServer({ DATABASE_URL: database.url })
    accounts = await Promise.all(Array.from({ length: concurrency }, () => registerAccount(server.url)))
  }, 30_000)

  afterAll(() => resources.disposeAsync())

  const startBehindPooler = async (settings: Record<string, string>, poolerSettings: Record<string, string> = {}) => {
    const stack = new AsyncDisposableStack()
    const pooler = stack.use(await startPgBouncer(database.url, poolerSettings))
    const server = stack.use(
      await startServer({ DATABASE_URL: pooler.url, DATABASE_TIMEOUT_SECONDS: String(timeoutSeconds), ...settings }),
    )
    return { url: server.url, errors: server.errors, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  }

  const operations = [
    (url: string, { accessToken }: Account) => get(url, '/v1/me', accessToken),
    (url: string, { accessToken }: Account) => get(url, '/v1/sessions', accessToken),
    (url: string, { accessToken }: Account) => patchMe(url, accessToken, { name: 'Ada' }),
    (url: string, { email }: Account) => post(url, '/auth/login', { email, password }),
    (url: string) => post(url, '/auth/register', { email: newAddress(), password }),
  ]

  /** The statuses of many requests of every kind, so many at a time. */
  const mixedStatuses = async (url: string): Promise<number[]> => {
    const statuses: number[] = []
    await Promise.all(
      accounts.map(async (account, index) => {
        for (let step = 0; step < requests / concurrency; step += 1) {
          const operation = operations[(index + step) % operations.length]
          if (operation) statuses.push((await operation(url, account)).status)
        }
      }),
    )
    return statuses
  }

  test('with DATABASE_PREPARE=off 200 mixed requests all succeed', async () => {
    await using server = await startBehindPooler({ DATABASE_PREPARE: 'off' })
    const statuses = await mixedStatuses(server.url)
    expect(statuses).toHaveLength(requests)
    expect(statuses.filter((status) => status !== 200 && status !== 201)).toEqual([])
    expect(server.errors()).toBe('')
  }, 30_000)

  test('with DATABASE_PREPARE=off a statement that is given up does not go on waiting in Postgres', async () => {
    await using server = await startBehindPooler({ DATABASE_PREPARE: 'off' })
    const { email, refreshToken, sessionId } = await registerAccount(server.url)
    await database.sql.begin(async (transaction) => {
      await transaction`select from session where id = ${sessionId} for update`
      const startedAt = performance.now()
      expect((await post(server.url, '/auth/refresh', { refreshToken })).status).toBe(503)
      expect(performance.now() - startedAt).toBeLessThan((timeoutSeconds + 1) * 1000)
      await Bun.sleep(500)
      const waiting = await transaction`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      expect(waiting).toHaveLength(0)
    })
    await logIn(server.url, email)
  }, 30_000)

  test('with prepared statements, which it can’t carry, every request still has an answer', async () => {
    await using server = await startBehindPooler({}, { ignore_startup_parameters: 'statement_timeout' })
    expect(await mixedStatuses(server.url)).toHaveLength(requests)
  }, 60_000)

  test('with the usual settings, which it refuses, every request gets a 503 and none hangs', async () => {
    await using server = await startBehindPooler({})
    const answers = [get(server.url, '/v1/me', accounts[0]?.accessToken), get(server.url, '/health/ready')]
    for (const response of await Promise.all(answers)) expect(response.status).toBe(503)
  }, 30_000)
})
