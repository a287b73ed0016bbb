import { afterAll, beforeAll, describe, test } from 'bun:test'
import { get, newAddress, password, post } from '../runtimes/account'
import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { type ServerProcess, startServer } from '../runtimes/server-process'
import { prepareSuspects, type Suspects } from './suspects'
import { expectIndistinguishable, type Kinds } from './time-answers'

const rounds = 500

const resources = new AsyncDisposableStack()
let database: RealDatabase
let server: ServerProcess
let suspects: Suspects

const start = (WORK_JOBS: 'on' | 'off') =>
  startServer({
    DATABASE_URL: database.url,
    EMAIL_VERIFICATION: 'required',
    LOG_LEVEL: 'warn',
    WORK_JOBS,
    // Each address is tried some times; a lock and its delays are the same for all, but not what is timed here.
    LOCKOUT_FAILURES: '100',
    LOCKOUT_DELAY_MILLISECONDS: '0',
  })

beforeAll(async () => {
  database = resources.use(await openRealDatabase())
  server = await start('on')
  suspects = await prepareSuspects(server.url, database.sql)
}, 300_000)

afterAll(async () => {
  await server.stop('SIGKILL')
  await resources.disposeAsync()
})

/** One of them after the other. */
const inTurn = (addresses: string[]) => {
  let next = 0
  return () => addresses[next++ % addresses.length] ?? ''
}

/** A request for an address of each kind. */
const withEach = (send: (email: string) => Promise<Response>): Kinds =>
  Object.fromEntries(
    Object.entries(suspects).map(([kind, addresses]) => {
      const next = inTurn(addresses)
      return [kind, () => send(next())]
    }),
  )

const mailRequests = {
  'A reset link': (email: string) => post(server.url, '/auth/password/forgot', { email }),
  'A verification link': (email: string) => post(server.url, '/auth/email/verify/resend', { email }),
  'A log-in link': (email: string) => post(server.url, '/auth/email-link', { email }),
}

/** So many, one after the other, that they are still coming in when the job of a mail ends. */
const askForALongTime = async (): Promise<Response> => {
  for (let request = 1; request < 30; request += 1) await (await get(server.url, '/v1/me')).arrayBuffer()
  return get(server.url, '/v1/me')
}

describe('neither answer nor time tells whether an address has an account, is proved, banned, locked or has a password', () => {
  for (const [title, ask] of Object.entries(mailRequests)) {
    test(`${title} is asked for`, () => expectIndistinguishable({ title, kinds: withEach(ask), rounds }))
  }

  test('a wrong code is tried', () => {
    const tryCode = (email: string) => post(server.url, '/auth/email-link/consume', { email, code: '000000' })
    // Who tries a code at an address that is locked is told so, whether or not it has an account.
    const { locked, ...kinds } = withEach(tryCode)
    return expectIndistinguishable({ title: 'A wrong code', kinds, rounds })
  })

  test('somebody logs in with a wrong password, or with the right one of a banned account', () => {
    const logIn = (email: string) => post(server.url, '/auth/login', { email, password: 'not the password' })
    const banned = inTurn(suspects.banned)
    const kinds = {
      ...withEach(logIn),
      'unknown, never tried': () => logIn(newAddress()),
      'banned, right password': () => post(server.url, '/auth/login', { email: banned(), password }),
    }
    return expectIndistinguishable({ title: 'Log-in', kinds, rounds })
  })

  test('somebody registers', () => {
    const register = (email: string) => post(server.url, '/auth/register', { email, password })
    const kinds = { ...withEach(register), unknown: () => register(newAddress()) }
    return expectIndistinguishable({ title: 'Registration', kinds, rounds })
  })

  test('others ask while the job of a mail is worked in the same process', () => {
    const kinds = withEach(mailRequests['A log-in link'])
    return expectIndistinguishable({ title: 'Right behind a log-in link', kinds, rounds, followedBy: askForALongTime })
  })
})

describe('the same where another process works the jobs', () => {
  beforeAll(async () => {
    await server.stop('SIGKILL')
    server = await start('off')
  })

  for (const [name, ask] of Object.entries(mailRequests)) {
    const title = `${name}, WORK_JOBS=off`
    test(`${title} is asked for`, () => expectIndistinguishable({ title, kinds: withEach(ask), rounds }))
  }
})
