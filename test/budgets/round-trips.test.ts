import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openRealDatabase } from '../runtimes/real-postgres'
import { startServer } from '../runtimes/server-process'
import { openTcpProxy } from '../runtimes/tcp-proxy'
import { newPerson, type OperationName, operationNames, operations, type Person } from './operations'
import { createWireCounter } from './wire-counter'

/** What an answer costs: statements, and how often it waits for Postgres. */
interface Cost {
  status: number
  statements: number
  waits: number
}

/** The budget of a warm process. Mails are written behind the answer and don't count. */
const budget: Record<OperationName, Cost> = {
  register: { status: 201, statements: 1, waits: 1 },
  'log in': { status: 200, statements: 2, waits: 2 },
  'log in with a wrong password': { status: 401, statements: 2, waits: 2 },
  'log in with an unknown address': { status: 401, statements: 2, waits: 2 },
  'read the profile': { status: 200, statements: 1, waits: 1 },
  'change the profile': { status: 200, statements: 1, waits: 1 },
  'list sessions': { status: 200, statements: 1, waits: 1 },
  'revoke a session': { status: 204, statements: 1, waits: 1 },
  refresh: { status: 200, statements: 1, waits: 1 },
  'log out': { status: 204, statements: 1, waits: 1 },

  'read the profile without a token': { status: 401, statements: 0, waits: 0 },
  'read the profile with a forged token': { status: 401, statements: 0, waits: 0 },
  'refresh with garbage': { status: 401, statements: 0, waits: 0 },
  'register without an address': { status: 422, statements: 0, waits: 0 },
  'ask whether it is live': { status: 200, statements: 0, waits: 0 },
  'read the public keys': { status: 200, statements: 0, waits: 0 },
  'read the OpenAPI document': { status: 200, statements: 0, waits: 0 },
  'read the API reference': { status: 200, statements: 0, waits: 0 },
  'ask for what does not exist': { status: 404, statements: 0, waits: 0 },
}

/** Enough to have each statement prepared on each connection of the pool, even if it takes them in turn. */
const warmingRounds = 12
const measuredRounds = 3
/** Long beside what the server computes between two statements, so that what runs behind an answer stays behind it. */
const delayMs = 25
const roundTripMs = 2 * delayMs

const resources = new AsyncDisposableStack()
const costs: Record<string, Cost[]> = {}
const readingMs: number[] = []

beforeAll(async () => {
  const counter = createWireCounter()
  const database = resources.use(await openRealDatabase())
  const proxy = resources.use(await openTcpProxy(database.url, counter.tap))
  const { url } = resources.use(await startServer({ DATABASE_URL: proxy.through(database.url) }))

  const measure = async (name: OperationName, person: Person): Promise<Cost> => {
    await Bun.sleep(roundTripMs)
    counter.reset()
    const startedAt = performance.now()
    const response = await operations[name](url, person)
    const cost = { status: response.status, ...counter.count() }
    if (name === 'read the profile') readingMs.push(performance.now() - startedAt)
    await response.arrayBuffer()
    return cost
  }

  for (let round = 0; round < warmingRounds; round += 1) {
    const person = await newPerson(url)
    for (const name of operationNames) await operations[name](url, person)
  }
  for (let round = 0; round < measuredRounds; round += 1) {
    proxy.delayMs = 0
    const person = await newPerson(url)
    proxy.delayMs = delayMs
    for (const name of operationNames) {
      costs[name] ??= []
      costs[name].push(await measure(name, person))
      // What a registration does behind its answer takes three round trips more.
      if (name === 'register') await Bun.sleep(4 * roundTripMs)
    }
  }
}, 60_000)

afterAll(() => resources.disposeAsync())

const least = (name: OperationName, figure: keyof Cost) => Math.min(...(costs[name] ?? []).map((cost) => cost[figure]))

for (const name of operationNames) {
  const { statements, waits } = budget[name]
  test(`to ${name} costs ${statements} statements and ${waits} waits for Postgres`, () => {
    // The least of several: a machine that stalls can only let work from behind an answer slip before it.
    const cost = { status: least(name, 'status'), statements: least(name, 'statements'), waits: least(name, 'waits') }
    expect(cost).toEqual(budget[name])
  })
}

test('a wait is a round trip: the clock agrees with the count', () => {
  expect(Math.floor(Math.min(...readingMs) / roundTripMs)).toBe(budget['read the profile'].waits)
})
