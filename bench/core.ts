import { type Account, get, logIn, post, registerAccount, Tokens } from '../test/runtimes/account'
import { openRealDatabase } from '../test/runtimes/real-postgres'
import { startServer } from '../test/runtimes/server-process'
import { openTcpProxy } from '../test/runtimes/tcp-proxy'
import { concurrency, median, rateOf } from './rate'
import { measureRegistration, startHashing } from './registration'

const farAwayMs = 20

/** The median milliseconds of `work`, done one at a time. */
const timeOf = async (work: () => Promise<unknown>): Promise<string> => {
  const times: number[] = []
  for (let round = 0; round < 30; round += 1) {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
  }
  return median(times).toFixed(1)
}

const succeed = async (request: Promise<Response>): Promise<true> => {
  const response = await request
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  return true
}

const startHandWritten = async (databaseUrl: string) => {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/hand-written.ts`, databaseUrl], { stdout: 'pipe' })
  const { value } = await child.stdout.getReader().read()
  return { url: new TextDecoder().decode(value).trim(), [Symbol.dispose]: () => child.kill() }
}

const registration = await measureRegistration()

await using database = await openRealDatabase()
await using proxy = await openTcpProxy(database.url)
using handWritten = await startHandWritten(database.url)
const settings = { LOG_LEVEL: 'warn', WORK_JOBS: 'off' }
await using near = await startServer({ DATABASE_URL: database.url, ...settings })
await using far = await startServer({ DATABASE_URL: proxy.through(database.url), ...settings })

const people: Account[] = await Promise.all(Array.from({ length: concurrency }, () => registerAccount(near.url)))
const person = (worker: number): Account => {
  const found = people[worker]
  if (!found) throw new Error(`There are ${people.length} people.`)
  return found
}
const endings: string[] = []

using hashing = startHashing()
const hashed = await hashing.rate()
const registered = await rateOf(async () => endings.push((await registerAccount(near.url)).accessToken) > 0)
const loggedIn = await rateOf(
  async (worker) => endings.push((await logIn(near.url, person(worker).email)).accessToken) > 0,
)
const hashes = (hashed + (await hashing.rate())) / 2

const [first] = await database.sql<{ id: string }[]>`select id from "user" limit 1`
const lookUp = () => rateOf(() => succeed(get(handWritten.url, `/${first?.id}`)))
const lookedUp = await lookUp()
const read = await rateOf((worker) => succeed(get(near.url, '/v1/me', person(worker).accessToken)))
const lookedUpAgain = await lookUp()
const refreshed = await rateOf(async (worker) => {
  const response = await post(near.url, '/auth/refresh', { refreshToken: person(worker).refreshToken })
  Object.assign(person(worker), Tokens.parse(await response.json()))
  return response.ok
})
const loggedOut = await rateOf(async () => {
  const accessToken = endings.pop()
  return accessToken !== undefined && succeed(post(near.url, '/auth/logout', {}, accessToken))
})

const lookUps = (lookedUp + lookedUpAgain) / 2
const row = (operation: string, rate: number, yardstick: number) => ({
  operation,
  'per second': Math.round(rate),
  ratio: (rate / yardstick).toFixed(2),
})
console.log(`Operations a second, ${concurrency} at a time, beside Argon2id alone`)
console.table([
  row('Argon2id alone', hashes, hashes),
  row('register and log in', registered, hashes),
  row('log in', loggedIn, hashes),
])
console.log('Registrations where addresses must be proved: with the CPU time of each, and what the ratio would be')
console.table(registration)
console.log('Beside a bare look-up by id, hand-written: no framework, no authentication')
console.table([
  row('look-up by id', lookUps, lookUps),
  row('GET /v1/me', read, lookUps),
  row('refresh', refreshed, lookUps),
  row('log out', loggedOut, lookUps),
])

const reader = person(0)
const warmUp = async () => {
  await registerAccount(far.url)
  await logIn(far.url, reader.email)
  await succeed(get(far.url, '/v1/me', reader.accessToken))
  await succeed(post(far.url, '/auth/logout', {}, (await logIn(far.url, reader.email)).accessToken))
}
for (let round = 0; round < 30; round += 1) await warmUp()
const leaving: string[] = []
while (leaving.length < 30) leaving.push((await logIn(far.url, reader.email)).accessToken)
proxy.delayMs = farAwayMs / 2
console.log(`Median milliseconds, one at a time, with Postgres ${farAwayMs} ms away`)
console.table({
  register: await timeOf(() => registerAccount(far.url)),
  'log in': await timeOf(() => logIn(far.url, reader.email)),
  'GET /v1/me': await timeOf(() => succeed(get(far.url, '/v1/me', reader.accessToken))),
  'log out': await timeOf(() => succeed(post(far.url, '/auth/logout', {}, leaving.pop()))),
})
