import { afterAll, beforeAll, expect, test } from 'bun:test'
import { openOwnRedis } from '../runtimes/redis-setting'
import { budgetWithRedis, type Cost } from './budget'
import { keyedOperationNames } from './keyed-operations'
import { linkedOperationNames } from './linked-operations'
import { mailedOperationNames } from './mailed-operations'
import { type Costs, measureCosts, measuredRounds, roundTripMs } from './measure-costs'
import { operationNames } from './operations'
import { securedOperationNames } from './secured-operations'

const resources = new AsyncDisposableStack()
let measured: Costs

beforeAll(async () => {
  const redis = resources.use(await openOwnRedis())
  measured = await measureCosts(resources, redis.url)
}, 120_000)

afterAll(() => resources.disposeAsync())

/**
 * What waits more than twice: a passkey's challenge is used up before its answer is checked; what changes authenticators
 * looks first at how the caller stands; a removal holds the account while it looks at what would be left; and what a
 * provider said is used up before it is asked, and kept until it is exchanged.
 */
const patient = new Map<string, number>([
  ['finish a log-in by a passkey', 3],
  ['log in with a passkey', 3],
  ['set up an authenticator app', 3],
  ['confirm an authenticator app', 3],
  ['make new recovery codes', 3],
  ['remove an authenticator app', 6],
  ['come back from it', 3],
  ['log in by an id_token', 4],
  ['unlink an account elsewhere', 6],
  // Whoever makes one is asked for a proof and what they may do, and others who make one wait.
  ['make a key', 7],
  ['get a token for a program', 3],
  // What a patch makes of them is checked by the declaration, which the database can't read.
  ['change the preferences', 3],
])

for (const name of [
  ...operationNames,
  ...mailedOperationNames,
  ...securedOperationNames,
  ...linkedOperationNames,
  ...keyedOperationNames,
]) {
  const cost = budgetWithRedis(name)
  test(`to ${name} costs ${cost.statements} statements, ${cost.commands} commands and ${cost.waits} waits for Postgres or Redis`, () => {
    expect(measured.costs[name]).toEqual(Array.from({ length: measuredRounds }, () => cost))
    expect(cost.waits).toBeLessThanOrEqual(patient.get(name) ?? 2)
  })
}

test('to register where addresses must be proved costs 2 waits, though it counts by two things', () => {
  const cost: Cost = { status: 202, statements: 1, commands: 1, waits: 2 }
  expect(measured.costsOfUnproved).toEqual(Array.from({ length: measuredRounds }, () => cost))
})

test('who reads is counted meanwhile: the clock agrees that it is one wait', () => {
  expect(Math.floor(Math.min(...measured.readingMs) / roundTripMs)).toBe(1)
})
