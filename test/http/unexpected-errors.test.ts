import { expect, test } from 'bun:test'
import { openDatabase } from '#db/database'
import { missedDeadline } from '#platform/database-problems'
import { problemOf } from '../features/answers'
import { listEvents } from '../features/audit/events'
import { ada, logIn, registerAndLogIn } from '../features/people'
import { openWorld, type World } from '../platform'

const told = 'the hash of correct horse battery staple for ada@example.com'

const failingHasher = {
  hash: () => Promise.reject(new TypeError(told)),
  verify: () => Promise.reject(new TypeError(told)),
  isCurrent: () => true,
}

const failingDatabase = (error: unknown) =>
  openDatabase({
    run: () => Promise.reject(error),
    script: () => Promise.reject(error),
    begin: () => Promise.reject(error),
  })

test('an unexpected error tells the caller nothing but how to find it in the log', async () => {
  const world = await openWorld()
  const { send, logs } = world.startAnother({}, { passwords: failingHasher })
  const answer = await send('POST /v1/auth/register', { json: ada })
  const requestId = String(answer.headers.get('x-request-id'))
  expect(answer.body).toEqual({
    type: '/problems/unexpected',
    title: 'Something went wrong on our side.',
    status: 500,
    code: 'unexpected',
    detail: 'Something went wrong on our side.',
    instance: `urn:request:${requestId}`,
    requestId,
  })
  expect(logs).toContainEqual(
    expect.objectContaining({ level: 'error', status: 500, problem: 'unexpected', requestId }),
  )
})

test('two unexpected errors of different kinds look the same from outside', async () => {
  const world = await openWorld()
  const hasher = world.startAnother({}, { passwords: failingHasher })
  const database = world.startAnother({}, { db: failingDatabase(new RangeError('42P01: no such table "user"')) })
  const json = { email: ada.email, password: ada.password }
  const [one, other] = [hasher, database].map((instance) => instance.send('POST /v1/auth/login', { json }))
  if (!one || !other) throw new Error('Two were sent.')
  expect(problemOf(await one)).toEqual(problemOf(await other))
})

/** Makes Postgres itself refuse a statement: an id that is taken. */
const withTakenId = async (world: World) => {
  await registerAndLogIn(world)
  const [event] = await listEvents(world)
  const taken = String(event?.id)
  return world.startAnother({}, { ids: { next: () => taken } })
}

test('a statement that Postgres refuses shows neither SQL nor values, in the answer or in the log', async () => {
  const world = await openWorld()
  const instance = await withTakenId(world)
  const json = { email: 'grace@example.com', password: 'nanoseconds of copper wire', name: 'Grace Hopper' }
  const answer = await instance.send('POST /v1/auth/register', { json })
  expect(answer).toMatchObject({ status: 500, body: { code: 'unexpected' } })
  expect(answer.text).not.toMatch(/insert|audit_event|duplicate|23505|postgres|drizzle/i)
  const [logged] = world.logs.slice(-1)
  expect(logged).toMatchObject({
    level: 'error',
    cause: { message: 'Postgres refused a statement: 23505' },
  })
  for (const value of [...Object.values(json), 'insert into', 'readable$']) {
    expect(JSON.stringify(logged)).not.toContain(value)
  }
})

test('a query by the builder that fails is unwrapped: the log names the failure and not the query', async () => {
  const world = await openWorld()
  const instance = world.startAnother({}, { db: failingDatabase(new Error('Postgres refused a statement: 42703')) })
  const answer = await instance.send(`GET /dev/mailbox?to=${ada.email}`)
  expect(answer).toMatchObject({ status: 500, body: { code: 'unexpected' } })
  const logged = JSON.stringify(world.logs.at(-1))
  expect(logged).toContain('Postgres refused a statement: 42703')
  expect(logged).not.toMatch(/Failed query|select |ada@example\.com/)
})

test('a database that does not answer is a 503 for every caller, by the builder or by a statement', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  await logIn(world)
  const instance = world.startAnother({}, { db: failingDatabase(missedDeadline()) })
  const answers = [
    await instance.send('GET /dev/mailbox'),
    await instance.send('GET /v1/me', { token }),
    await instance.send('POST /v1/auth/login', { json: { email: ada.email, password: ada.password } }),
    await instance.send('GET /.well-known/jwks.json'),
  ]
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 503, body: { code: 'database_unavailable', retryAfterSeconds: 1 } })
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(answer.text).not.toMatch(/deadline|postgres/i)
  }
})

test('what needs no database is served without one', async () => {
  const world = await openWorld()
  const { send } = world.startAnother({}, { db: failingDatabase(missedDeadline()) })
  expect((await send('GET /health/live')).body).toEqual({ status: 'live' })
  expect((await send('GET /')).status).toBe(302)
  expect(await send('GET /health/ready')).toMatchObject({
    status: 503,
    body: { code: 'not_ready', dependencies: { database: { status: 'down', schema: 'unknown' } } },
  })
})
