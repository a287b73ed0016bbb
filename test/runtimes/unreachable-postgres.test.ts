import { afterAll, beforeAll, expect, test } from 'bun:test'
import { type Account, get, logIn, newAddress, password, patchMe, post, registerAccount } from './account'
import { openRealDatabase, type RealDatabase } from './real-postgres'
import { type ServerProcess, startServer } from './server-process'
import { openTcpProxy, type TcpProxy } from './tcp-proxy'

const timeoutSeconds = 1
const latestAnswerMs = (timeoutSeconds + 1) * 1000
const recoverySeconds = 5

const resources = new AsyncDisposableStack()
let database: RealDatabase
let proxy: TcpProxy
let server: ServerProcess
let ada: Account

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  proxy = resources.use(await openTcpProxy(database.url))
  server = resources.use(
    await startServer({
      DATABASE_URL: proxy.through(database.url),
      DATABASE_TIMEOUT_SECONDS: String(timeoutSeconds),
    }),
  )
  ada = await registerAccount(server.url)
}, 30_000)

afterAll(() => resources.disposeAsync())

const readMe = () => get(server.url, '/v1/me', ada.accessToken)

/** More than the pool has connections, of every kind of statement. */
const mixedRequests = () => [
  ...Array.from({ length: 24 }, readMe),
  patchMe(server.url, ada.accessToken, { name: 'Ada' }),
  get(server.url, '/v1/sessions', ada.accessToken),
  post(server.url, '/auth/login', { email: ada.email, password }),
  post(server.url, '/auth/refresh', { refreshToken: ada.refreshToken }),
  post(server.url, '/auth/register', { email: newAddress(), password }),
  post(server.url, '/auth/logout', {}, ada.accessToken),
]

interface Answer {
  status: number
  code: unknown
  retryAfter: string | null
}

const toAnswer = async (response: Response): Promise<Answer> => {
  const body: unknown = await response.json()
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : undefined
  return { status: response.status, code, retryAfter: response.headers.get('retry-after') }
}

/** The answers to requests that are sent at once, or a failure if one is still pending when its time is over. */
const answersInTime = (requests: Promise<Response>[]): Promise<Answer[]> =>
  Promise.race([
    Promise.all(requests.map(async (request) => toAnswer(await request))),
    Bun.sleep(latestAnswerMs).then(() => {
      throw new Error(`A request was still pending after ${latestAnswerMs} ms.`)
    }),
  ])

const unavailable = { status: 503, code: 'database_unavailable', retryAfter: expect.stringMatching(/^[1-9]\d*$/) }

const recovers = async () => {
  const giveUpAt = Date.now() + recoverySeconds * 1000
  while (!(await readMe()).ok) {
    if (Date.now() > giveUpAt) throw new Error(`No answer from Postgres ${recoverySeconds} s after it came back.`)
    await Bun.sleep(50)
  }
}

/** What has to hold in whatever way Postgres is away. */
const expectOutage = async () => {
  for (let wave = 0; wave < 2; wave += 1) {
    for (const answer of await answersInTime(mixedRequests())) expect(answer).toEqual(unavailable)
  }
  const live = await answersInTime([get(server.url, '/health/live')])
  expect(live).toMatchObject([{ status: 200 }])
  const ready = await get(server.url, '/health/ready')
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({ dependencies: { database: { status: 'down' } } })
}

const expectHealthy = async () => {
  const answers = await answersInTime(Array.from({ length: 48 }, readMe))
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 48 }, () => 200))
  expect((await get(server.url, '/health/ready')).status).toBe(200)
  expect(server.errors()).toBe('')
}

for (const weather of ['black-hole', 'refused', 'hang-up'] as const) {
  test(`while Postgres is away (${weather}) everything answers in time, and recovers by itself`, async () => {
    await proxy.turn(weather)
    await expectOutage()
    await proxy.turn('clear')
    await recovers()
    await expectHealthy()
    ada = { ...ada, ...(await logIn(server.url, ada.email)) }
  }, 30_000)
}

test('when connections that exist go deaf, statements answer in time, and the next ones get new connections', async () => {
  await answersInTime(Array.from({ length: 24 }, readMe))
  await proxy.turn('stale')
  expect(await answersInTime([readMe()])).toEqual([unavailable])
  await recovers()
  await expectHealthy()
  await proxy.turn('clear')
}, 30_000)

test('statements whose connection breaks answer at once, and the next ones get new connections', async () => {
  await proxy.turn('black-hole')
  const requests = Array.from({ length: 24 }, readMe)
  await Bun.sleep(200)
  await proxy.turn('clear')
  proxy.reset()
  for (const { status } of await answersInTime(requests)) expect([200, 503]).toContain(status)
  await recovers()
  await expectHealthy()
}, 30_000)

test('a server that starts while Postgres is away says that it is not ready, and becomes ready by itself', async () => {
  await proxy.turn('refused')
  await using late = await startServer({ DATABASE_URL: proxy.through(database.url) })
  expect((await get(late.url, '/health/ready')).status).toBe(503)
  await proxy.turn('clear')
  await registerAccount(late.url)
  expect((await get(late.url, '/health/ready')).status).toBe(200)
}, 30_000)
