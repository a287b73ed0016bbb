import { hash } from '@node-rs/argon2'
import { parameters } from '#platform/argon2'
import { type Account, get, logIn, post, registerAccount, Tokens } from '../test/runtimes/account'
import { openRealDatabase } from '../test/runtimes/real-postgres'
import { startServer } from '../test/runtimes/server-process'
import { openTcpProxy } from '../test/runtimes/tcp-proxy'

const concurrency = 16
const secondsEach = 4
const farAwayMs = 20

/** How often `work` is done in a second by so many at a time, until the time or the work is over. */
const rateOf = async (work: (worker: number) => Promise<boolean>): Promise<number> => {
  const startedAt = performance.now()
  const elapsedSeconds = () => (performance.now() - startedAt) / 1000
  let done = 0
  const run = async (worker: number) => {
    while (elapsedSeconds() < secondsEach && (await work(worker))) done += 1
  }
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => run(worker)))
  return done / elapsedSeconds()
}

/** The median milliseconds of `work`, done one at a time. */
const timeOf = async (work: () => Promise<unknown>): Promise<string> => {
  const times: number[] = []
  for (let round = 0; round < 30; round += 1) {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
  }
  return (times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN).toFixed(1)
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

const hashOptions = {
  memoryCost: parameters.memoryKib,
  timeCost: parameters.passes,
  parallelism: parameters.lanes,
}
const rateOfHashes = () => rateOf(async () => (await hash('a password', hashOptions)) !== '')

await using database = await openRealDatabase()
await using proxy = await openTcpProxy(database.url)
using handWritten = await startHandWritten(database.url)
await using near = await startServer({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' })
await using far = await startServer({ DATABASE_URL: proxy.through(database.url), LOG_LEVEL: 'warn' })

const people: Account[] = await Promise.all(Array.from({ length: concurrency }, () => registerAccount(near.url)))
const person = (worker: number): Account => {
  const found = people[worker]
  if (!found) throw new Error(`There are ${people.length} people.`)
  return found
}
const endings: string[] = []

const before = await rateOfHashes()
const registered = await rateOf(async () => endings.push((await registerAccount(near.url)).accessToken) > 0)
const between = await rateOfHashes()
const loggedIn = await rateOf(
  async (worker) => endings.push((await logIn(near.url, person(worker).email)).accessToken) > 0,
)
const hashes = [(before + between) / 2, (between + (await rateOfHashes())) / 2] as const

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
  row('Argon2id alone', hashes[0], hashes[0]),
  row('register', registered, hashes[0]),
  row('log in', loggedIn, hashes[1]),
])
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
