import { afterAll, beforeAll, expect, test } from 'bun:test'
import { newAddress, password, post } from '../runtimes/account'
import { openRealDatabase } from '../runtimes/real-postgres'
import { startServer } from '../runtimes/server-process'
import { openTcpProxy } from '../runtimes/tcp-proxy'
import { budget, type Cost } from './budget'
import { type MailedOperationName, mailedOperationNames, mailedOperations } from './mailed-operations'
import { newPerson, type OperationName, operationNames, operations } from './operations'
import { createWireCounter } from './wire-counter'

type Name = OperationName | MailedOperationName

/** Enough to have each statement prepared on each connection of the pool, even if it takes them in turn. */
const warmingRounds = 12
const measuredRounds = 3
/** Long beside what the server computes between two statements, so that the clock can tell one wait from two. */
const delayMs = 25
const roundTripMs = 2 * delayMs

const resources = new AsyncDisposableStack()
const costs: Partial<Record<Name, Cost[]>> = {}
const costsOfUnproved: Cost[] = []
const readingMs: number[] = []

/** Each operation, ready for a new person. */
const prepareAll = async (helper: string) => {
  const person = await newPerson(helper)
  const ready: { name: Name; send: (url: string) => Promise<Response> }[] = []
  for (const name of operationNames) ready.push({ name, send: (url) => operations[name](url, person) })
  for (const name of mailedOperationNames) ready.push({ name, send: await mailedOperations[name](helper) })
  return ready
}

beforeAll(async () => {
  const counter = createWireCounter()
  const database = resources.use(await openRealDatabase())
  const proxy = resources.use(await openTcpProxy(database.url, counter.tap))
  // The servers that are counted only answer; one beside them, with connections of its own, works the jobs.
  const { url: helper } = resources.use(await startServer({ DATABASE_URL: database.url }))
  const counted = { DATABASE_URL: proxy.through(database.url), WORK_JOBS: 'off' }
  const { url } = resources.use(await startServer(counted))
  const strict = resources.use(await startServer({ ...counted, EMAIL_VERIFICATION: 'required' }))

  const registerUnproved = () => post(strict.url, '/auth/register', { email: newAddress(), password })

  const measure = async (send: () => Promise<Response>): Promise<Cost & { ms: number }> => {
    counter.reset()
    const startedAt = performance.now()
    const response = await send()
    const cost = { status: response.status, ...counter.count(), ms: performance.now() - startedAt }
    await response.arrayBuffer()
    return cost
  }

  for (let round = 0; round < warmingRounds; round += 1) {
    for (const { send } of await prepareAll(helper)) await send(url)
    await registerUnproved()
  }
  for (let round = 0; round < measuredRounds; round += 1) {
    const ready = await prepareAll(helper)
    proxy.delayMs = delayMs
    for (const { name, send } of ready) {
      const { ms, ...cost } = await measure(() => send(url))
      costs[name] = [...(costs[name] ?? []), cost]
      if (name === 'read the profile') readingMs.push(ms)
    }
    const { ms, ...cost } = await measure(registerUnproved)
    costsOfUnproved.push(cost)
    proxy.delayMs = 0
  }
}, 120_000)

afterAll(() => resources.disposeAsync())

for (const name of [...operationNames, ...mailedOperationNames]) {
  const { statements, waits } = budget[name]
  test(`to ${name} costs ${statements} statements and ${waits} waits for Postgres`, () => {
    expect(costs[name]).toEqual(Array.from({ length: measuredRounds }, () => budget[name]))
  })
}

test('to register where addresses must be proved costs 1 statement and 1 wait, the mail included', () => {
  const cost: Cost = { status: 202, statements: 1, waits: 1 }
  expect(costsOfUnproved).toEqual(Array.from({ length: measuredRounds }, () => cost))
})

test('a wait is a round trip: the clock agrees with the count', () => {
  expect(Math.floor(Math.min(...readingMs) / roundTripMs)).toBe(budget['read the profile'].waits)
})
