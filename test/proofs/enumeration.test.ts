import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newAddress, password, post, proveAddress } from '../runtimes/account'
import { openRealDatabase } from '../runtimes/real-postgres'
import { type ServerProcess, startServer } from '../runtimes/server-process'
import { expectIndistinguishable } from './time-answers'

const rounds = 500
const accountsOfEach = 20

const resources = new AsyncDisposableStack()
let server: ServerProcess
let proved: string[]
let unproved: string[]

const register = async (email: string) => {
  expect((await post(server.url, '/auth/register', { email, password })).status).toBe(202)
  return email
}

const registerSome = () => Promise.all(Array.from({ length: accountsOfEach }, () => register(newAddress())))

beforeAll(async () => {
  const database = resources.use(await openRealDatabase())
  server = resources.use(await startServer({ DATABASE_URL: database.url, EMAIL_VERIFICATION: 'required' }))
  proved = await registerSome()
  unproved = await registerSome()
  for (const email of proved) await proveAddress(server.url, email)
}, 60_000)

afterAll(() => resources.disposeAsync())

/** One of them after the other. */
const inTurn = (addresses: string[]) => {
  let next = 0
  return () => addresses[next++ % addresses.length] ?? ''
}

test('a log-in tells neither by its answer nor by its time whether an address has an account', async () => {
  const logInWith = (address: () => string) => () =>
    post(server.url, '/auth/login', { email: address(), password: 'not the password' })
  await expectIndistinguishable(
    'Log-in',
    {
      'unknown address': logInWith(newAddress),
      'wrong password': logInWith(inTurn(proved)),
      'wrong password, address not proved': logInWith(inTurn(unproved)),
    },
    rounds,
  )
})

test('a registration tells neither by its answer nor by its time whether an address has an account', async () => {
  const registerWith = (address: () => string) => () =>
    post(server.url, '/auth/register', { email: address(), password })
  await expectIndistinguishable(
    'Registration',
    {
      'unknown address': registerWith(newAddress),
      'address taken': registerWith(inTurn(proved)),
      'address taken, not proved': registerWith(inTurn(unproved)),
    },
    rounds,
  )
})
