import { afterAll, beforeAll, expect, test } from 'bun:test'
import { signChallengeToken } from '../platform/challenge-token'
import { settingsOfCalls } from '../support/route-calls'
import { startWorkerServer } from '../support/worker-server'
import { registerAccount } from './account'
import { type DependentServer, expectTable, readMe, recovers, timed } from './postgres-outages'
import { openRealDatabase } from './real-postgres'
import { secret } from './server-process'
import { openTcpProxy, type TcpProxy } from './tcp-proxy'

const timeoutSeconds = 1

const resources = new AsyncDisposableStack()
let proxy: TcpProxy
let server: DependentServer

beforeAll(async () => {
  const database = resources.use(await openRealDatabase())
  proxy = resources.use(await openTcpProxy(database.url))
  const settings = {
    ENVIRONMENT: 'test',
    SECRET: secret,
    RATE_LIMITS: 'off',
    EMAIL_VERIFICATION: 'optional',
    DATABASE_TIMEOUT_SECONDS: String(timeoutSeconds),
    ...settingsOfCalls,
  }
  const { baseUrl: url, output, stop } = await startWorkerServer(settings, proxy.through(database.url))
  resources.defer(stop)
  const [ada, challengeToken] = [await registerAccount(url), await signChallengeToken(secret)]
  server = { url, output, ada, challengeToken, latestMs: (timeoutSeconds + 1) * 1000 }
}, 90_000)

afterAll(() => resources.disposeAsync())

for (const weather of ['refused', 'black-hole', 'hang-up'] as const) {
  test(`in workerd, while Postgres is away (${weather}) each route does as its line says, in time, and recovers`, async () => {
    await proxy.turn(weather)
    await expectTable(server)
    await proxy.turn('clear')
    await recovers(server)
  }, 60_000)
}

test('in workerd, a Postgres that is slower than the deadline is not waited for', async () => {
  proxy.delayMs = 3000
  const answers = await Promise.all(Array.from({ length: 10 }, () => timed(() => readMe(server))))
  for (const { status, ms } of answers) {
    expect(status).toBe(503)
    expect(ms).toBeLessThan(server.latestMs)
  }
  proxy.delayMs = 0
  await recovers(server)
}, 60_000)
