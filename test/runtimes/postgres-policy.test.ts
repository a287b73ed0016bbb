import { afterAll, beforeAll, expect, test } from 'bun:test'
import { signChallengeToken } from '../platform/challenge-token'
import { settingsOfCalls } from '../support/route-calls'
import { registerAccount } from './account'
import { type DependentServer, expectTable, readMe, recovers, timed } from './postgres-outages'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { secret, startServer } from './server-process'
import { openTcpProxy, type TcpProxy } from './tcp-proxy'

const timeoutSeconds = 1

const resources = new AsyncDisposableStack()
let database: RealDatabase
let proxy: TcpProxy
let server: DependentServer

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  proxy = resources.use(await openTcpProxy(database.url))
  const DATABASE_URL = proxy.through(database.url)
  const { url, output } = resources.use(
    await startServer({ DATABASE_URL, ...settingsOfCalls, DATABASE_TIMEOUT_SECONDS: String(timeoutSeconds) }),
  )
  const [ada, challengeToken] = [await registerAccount(url), await signChallengeToken(secret)]
  server = { url, output, ada, challengeToken, latestMs: (timeoutSeconds + 1) * 1000 }
}, 30_000)

afterAll(() => resources.disposeAsync())

for (const weather of ['refused', 'black-hole', 'hang-up'] as const) {
  test(`while Postgres is away (${weather}) each route does as its line says, within its deadline, and recovers`, async () => {
    await proxy.turn(weather)
    await expectTable(server)
    await proxy.turn('clear')
    await recovers(server)
  }, 60_000)
}

test('so it is while Postgres answers, but far too late', async () => {
  proxy.delayMs = 3000
  await expectTable(server)
  proxy.delayMs = 0
  await recovers(server)
}, 60_000)

test('after some statements that found no Postgres, others are refused at once and not after their deadline', async () => {
  await proxy.turn('black-hole')
  await Promise.all(Array.from({ length: 12 }, () => readMe(server)))
  const times: number[] = []
  for (let count = 0; count < 20; count += 1) times.push((await timed(() => readMe(server))).ms)
  // One in a while tries for all, and waits.
  expect(times.filter((ms) => ms < 100).length).toBeGreaterThanOrEqual(15)
  await proxy.turn('clear')
  await recovers(server)
}, 30_000)

test('a Postgres that is slow but answers in time is waited for, one that is slower is not', async () => {
  proxy.delayMs = 200
  expect(await timed(() => readMe(server))).toMatchObject({ status: 200 })
  proxy.delayMs = 3000
  const { status, ms } = await timed(() => readMe(server))
  expect(status).toBe(503)
  expect(ms).toBeLessThan(server.latestMs)
  proxy.delayMs = 0
  await recovers(server)
}, 30_000)

test('whoever would wait too far back for a connection is sent away at once', async () => {
  await database.sql.begin(async (transaction) => {
    await transaction`lock table session in access exclusive mode`
    const statuses = await Promise.all(
      Array.from({ length: 400 }, async () => {
        const { code } = Object(await (await readMe(server)).json())
        return code
      }),
    )
    // 10 connections with 20 waiting for each; the rest is shed.
    expect(statuses.filter((code) => code === 'overloaded').length).toBeGreaterThanOrEqual(150)
    expect(new Set(statuses)).toEqual(new Set(['overloaded', 'database_unavailable']))
  })
  await recovers(server)
}, 30_000)
