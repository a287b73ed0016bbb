import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Account, get, logIn, newAddress, password, post, registerAccount } from './account'
import { openResend, openSmtp } from './mail-providers'
import { listUnfinishedMail, untilMailIsDone, waitUntil } from './queue-rows'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { type ServerProcess, startServer, startWorker } from './server-process'
import { openTcpProxy, type TcpProxy } from './tcp-proxy'

/** Far enough away that a signal arrives between a statement and its answer. */
const delayMs = 150
/** What is left of the 30 s that a shutdown may take, when nothing is stuck. */
const promptMs = 3000

const resources = new AsyncDisposableStack()
let database: RealDatabase
let proxy: TcpProxy
let ada: Account

const start = () => startServer({ DATABASE_URL: proxy.through(database.url), DATABASE_TIMEOUT_SECONDS: '2' })

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  proxy = resources.use(await openTcpProxy(database.url))
  await using server = await start()
  ada = await registerAccount(server.url)
  await untilMailIsDone(database.sql, 20)
}, 30_000)

afterAll(() => resources.disposeAsync())

/** A server with a warm connection to a Postgres that is far away. */
const startFarAway = async (): Promise<ServerProcess> => {
  proxy.delayMs = 0
  const server = await start()
  await get(server.url, '/v1/me', ada.accessToken)
  proxy.delayMs = delayMs
  return server
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`on ${signal} the requests that are under way get their answers, then the process ends with 0`, async () => {
    await using server = await startFarAway()
    const requests = Array.from({ length: 5 }, () => get(server.url, '/v1/me', ada.accessToken))
    await Bun.sleep(delayMs)
    const stopped = server.stop(signal)
    for (const response of await Promise.all(requests)) expect(response.status).toBe(200)
    expect(await stopped).toBe(0)
    expect(server.errors()).toBe('')
  }, 20_000)
}

test('after SIGTERM no new connection is accepted', async () => {
  await using server = await startFarAway()
  const request = get(server.url, '/v1/me', ada.accessToken)
  await Bun.sleep(delayMs)
  const stopped = server.stop('SIGTERM')
  await Bun.sleep(50)
  await expect(fetch(`${server.url}/health/live`, { keepalive: false })).rejects.toThrow()
  expect((await request).status).toBe(200)
  expect(await stopped).toBe(0)
}, 20_000)

test('with DRAIN_SECONDS everything is answered for that long but readiness, and connections end with their answers', async () => {
  const settings = { DATABASE_URL: database.url, DRAIN_SECONDS: '2' }
  await using server = await startServer(settings)
  expect((await get(server.url, '/health/ready')).status).toBe(200)
  const startedAt = performance.now()
  const stopped = server.stop('SIGTERM')
  await waitUntil(() => server.output().includes('stopping'), 5)
  const readiness = await get(server.url, '/health/ready')
  expect(readiness.status).toBe(503)
  expect(await readiness.json()).toMatchObject({ code: 'not_ready', stopping: true })
  const answer = await fetch(`${server.url}/v1/me`, {
    headers: { authorization: `Bearer ${ada.accessToken}` },
    keepalive: false,
  })
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close'])
  expect(await stopped).toBe(0)
  expect(performance.now() - startedAt).toBeGreaterThan(1900)
}, 20_000)

const mailsTo = (email: string) => database.sql`select from mailbox_message where "to" = ${email}`

test('the mail of a registration that was answered is kept, although SIGTERM comes before it is sent', async () => {
  await using server = await startFarAway()
  // A mail takes a dozen statements.
  proxy.delayMs = 40
  const email = newAddress()
  const response = await post(server.url, '/auth/register', { email, password })
  expect(response.status).toBe(201)
  expect(await mailsTo(email)).toHaveLength(0)
  expect(await server.stop('SIGTERM')).toBe(0)
  expect((await listUnfinishedMail(database.sql)).filter(({ state }) => state === 'active')).toEqual([])
  proxy.delayMs = 0
  await using _ = await start()
  await untilMailIsDone(database.sql, 20)
  expect(await mailsTo(email)).toHaveLength(1)
}, 30_000)

for (const [name, open] of [
  ['Resend', openResend],
  ['SMTP', openSmtp],
] as const) {
  test(`on SIGTERM a mail that ${name} is slow to take is sent to its end, and no other is begun`, async () => {
    await using provider = await open()
    await provider.fail('taking a second')
    const settings = { DATABASE_URL: database.url, ...provider.settings, JOB_CONCURRENCY: '1' }
    await using server = await startServer(settings)
    await post(server.url, '/auth/password/forgot', { email: ada.email })
    await waitUntil(() => provider.arrivals() > 0, 15)
    await post(server.url, '/auth/email-link', { email: ada.email })
    expect(await server.stop('SIGTERM')).toBe(0)
    expect(server.errors()).toBe('')
    expect(provider.deliveries()).toMatchObject([{ to: ada.email, times: 1 }])
    expect(await listUnfinishedMail(database.sql)).toMatchObject([{ name: 'send-log-in-mail', state: 'created' }])
    await using _ = await startServer(settings)
    await untilMailIsDone(database.sql, 20)
    expect(provider.deliveries().map(({ times }) => times)).toEqual([1, 1])
  }, 30_000)
}

test('a server with WORK_JOBS=off works no jobs; a worker beside it does, and ends with 0 on SIGTERM', async () => {
  await using provider = await openResend()
  const settings = { DATABASE_URL: database.url, ...provider.settings }
  await using server = await startServer({ ...settings, WORK_JOBS: 'off' })
  expect((await post(server.url, '/auth/password/forgot', { email: ada.email })).status).toBe(202)
  await Bun.sleep(1500)
  expect(await listUnfinishedMail(database.sql)).toMatchObject([{ name: 'send-reset-mail', state: 'created' }])
  await using worker = await startWorker(settings)
  await waitUntil(() => provider.deliveries().length === 1, 15)
  expect(await worker.stop('SIGTERM')).toBe(0)
  expect(worker.errors()).toBe('')
  expect(worker.output()).toContain('Every job under way is done.')
  expect(await listUnfinishedMail(database.sql)).toEqual([])
  expect((await get(server.url, '/v1/me', ada.accessToken)).status).toBe(200)
}, 30_000)

test('connections that nobody uses don’t hold up the end', async () => {
  await using server = await startFarAway()
  const { port } = new URL(server.url)
  const silent = await Bun.connect({ hostname: '127.0.0.1', port: Number(port), socket: { data: () => {} } })
  await (await get(server.url, '/health/live')).text()
  const startedAt = performance.now()
  expect(await server.stop('SIGTERM')).toBe(0)
  expect(performance.now() - startedAt).toBeLessThan(promptMs)
  silent.end()
}, 40_000)

test('callers who keep asking on open connections don’t hold up the end, and no answer breaks off', async () => {
  await using server = await startFarAway()
  proxy.delayMs = 5
  let isOver = false
  const ask = async () => {
    while (!isOver) {
      const response = await get(server.url, '/v1/me', ada.accessToken).catch(() => undefined)
      if (!response) return
      expect(response.status).toBe(200)
      await response.json()
    }
  }
  const callers = Array.from({ length: 16 }, ask)
  await Bun.sleep(500)
  const startedAt = performance.now()
  expect(await server.stop('SIGTERM')).toBe(0)
  expect(performance.now() - startedAt).toBeLessThan(promptMs)
  isOver = true
  await Promise.all(callers)
}, 40_000)

test('a request that waits for a locked row gets its 503 before the process ends with 0', async () => {
  await using server = await startFarAway()
  const { refreshToken } = await logIn(server.url, ada.email)
  await database.sql.begin(async (transaction) => {
    await transaction`lock table session in exclusive mode`
    const request = post(server.url, '/auth/refresh', { refreshToken })
    await Bun.sleep(2 * delayMs)
    const startedAt = performance.now()
    const stopped = server.stop('SIGTERM')
    expect((await request).status).toBe(503)
    expect(await stopped).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(2000 + promptMs)
  })
}, 20_000)

test('a black hole behind a request doesn’t hold up the end for longer than its deadline', async () => {
  await using server = await startFarAway()
  await proxy.turn('black-hole')
  const request = get(server.url, '/v1/me', ada.accessToken)
  await Bun.sleep(50)
  const startedAt = performance.now()
  const stopped = server.stop('SIGTERM')
  expect((await request).status).toBe(503)
  await stopped
  expect(performance.now() - startedAt).toBeLessThan(10_000)
  await proxy.turn('clear')
}, 40_000)
