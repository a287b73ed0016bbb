import { hash } from '@node-rs/argon2'
import { type Account, get, logIn, post, registerAccount } from '../test/runtimes/account'
import { openRealDatabase } from '../test/runtimes/real-postgres'
import { startServer } from '../test/runtimes/server-process'

const concurrency = 16
const secondsEach = 4

/** Runs `work` by so many at a time until the time, or the work, is over; gives its rate a second. */
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

const succeeded = async (request: Promise<Response>): Promise<boolean> => {
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

await using database = await openRealDatabase()
using handWritten = await startHandWritten(database.url)
await using postern = await startServer({ DATABASE_URL: database.url, LOG_LEVEL: 'warn' })
const { url } = postern

const accounts: Account[] = []
const accountOf = (index: number): Account => {
  const account = accounts[index % accounts.length]
  if (!account) throw new Error('There are no accounts.')
  return account
}

const rawHash = () =>
  rateOf(async () => (await hash('a password', { memoryCost: 19_456, timeCost: 2, parallelism: 1 })) !== '')

const hashes = await rawHash()
const registered = await rateOf(async () => accounts.push(await registerAccount(url)) > 0)
const sessions: string[] = []
const loggedIn = await rateOf(
  async (worker) => sessions.push((await logIn(url, accountOf(worker + sessions.length).email)).accessToken) > 0,
)
const hashesAgain = await rawHash()

const [person] = await database.sql<{ id: string }[]>`select id from "user" limit 1`
const lookedUp = await rateOf(() => succeeded(get(handWritten.url, `/${person?.id}`)))
const read = await rateOf((worker) => succeeded(get(url, '/v1/me', accountOf(worker).accessToken)))
const tokens = accounts.map(({ refreshToken }) => refreshToken)
const refreshed = await rateOf(async (worker) => {
  const response = await post(url, '/auth/refresh', { refreshToken: tokens[worker] })
  const body = await response.json()
  tokens[worker] = body.refreshToken
  return response.ok
})
const loggedOut = await rateOf(async () => {
  const accessToken = sessions.pop()
  return accessToken !== undefined && succeeded(post(url, '/auth/logout', {}, accessToken))
})

const raw = (hashes + hashesAgain) / 2
const row = (operation: string, rate: number, beside: string, yardstick: number) => ({
  operation,
  'per second': Math.round(rate),
  beside,
  ratio: Number((rate / yardstick).toFixed(2)),
})
console.table([
  row('Argon2id alone', raw, '', raw),
  row('register', registered, 'Argon2id alone', raw),
  row('log in', loggedIn, 'Argon2id alone', raw),
  row('hand-written look-up', lookedUp, '', lookedUp),
  row('GET /v1/me', read, 'hand-written look-up', lookedUp),
  row('refresh', refreshed, 'hand-written look-up', lookedUp),
  row('log out', loggedOut, 'hand-written look-up', lookedUp),
])
