import { afterAll, beforeAll, expect, test } from 'bun:test'
import { budget, type Cost } from './budget'
import { keyedOperationNames } from './keyed-operations'
import { linkedOperationNames } from './linked-operations'
import { mailedOperationNames } from './mailed-operations'
import { type Costs, measureCosts, measuredRounds, roundTripMs } from './measure-costs'
import { operationNames } from './operations'
import { securedOperationNames } from './secured-operations'

const resources = new AsyncDisposableStack()
let measured: Costs

beforeAll(async () => {
  measured = await measureCosts(resources)
}, 120_000)

afterAll(() => resources.disposeAsync())

for (const name of [
  ...operationNames,
  ...mailedOperationNames,
  ...securedOperationNames,
  ...linkedOperationNames,
  ...keyedOperationNames,
]) {
  const { statements, waits } = budget[name]
  test(`to ${name} costs ${statements} statements and ${waits} waits for Postgres`, () => {
    expect(measured.costs[name]).toEqual(Array.from({ length: measuredRounds }, () => budget[name]))
  })
}

test('to register where addresses must be proved costs 1 statement and 1 wait, the mail included', () => {
  const cost: Cost = { status: 202, statements: 1, commands: 0, waits: 1 }
  expect(measured.costsOfUnproved).toEqual(Array.from({ length: measuredRounds }, () => cost))
})

test('a wait is a round trip: the clock agrees with the count', () => {
  expect(Math.floor(Math.min(...measured.readingMs) / roundTripMs)).toBe(budget['read the profile'].waits)
})
