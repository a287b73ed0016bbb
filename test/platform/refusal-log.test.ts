import { expect, test } from 'bun:test'
import type { LogEvent } from '#core/log-events'
import type { Refusal } from '#core/refusals'
import { createRefusalBudget } from '#platform/refusal-budget'
import { createRefusalLog } from '#platform/refusal-log'

const createClock = () => {
  let now = 0
  return {
    now: () => new Date(now),
    advance: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

const refusal = (id: string): Refusal => ({
  id,
  requestId: id,
  occurredAt: new Date(0).toISOString(),
  method: 'GET',
  route: '/v1/me',
  status: 401,
  problem: 'unauthenticated',
  facts: { title: 'Log in first.' },
  actorKind: 'anonymous',
  userId: null,
  traceId: null,
})

const countOf = (mayKeep: () => boolean, times: number) => Array.from({ length: times }, mayKeep).filter(Boolean).length

test('after a quiet time sixty are kept at once, and then twenty a second', () => {
  const clock = createClock()
  const mayKeep = createRefusalBudget(clock)
  expect(countOf(mayKeep, 100)).toBe(60)
  clock.advance(1000)
  expect(countOf(mayKeep, 100)).toBe(20)
  clock.advance(49)
  expect(mayKeep()).toBe(false)
  clock.advance(1)
  expect(countOf(mayKeep, 5)).toBe(1)
  clock.advance(3_600_000)
  expect(countOf(mayKeep, 100)).toBe(60)
})

test('a clock that is set back gives nothing', () => {
  const clock = createClock()
  const mayKeep = createRefusalBudget(clock)
  countOf(mayKeep, 100)
  clock.advance(-10_000)
  expect(mayKeep()).toBe(false)
  clock.advance(1000)
  expect(countOf(mayKeep, 100)).toBe(20)
})

const open = (write: (refusals: Refusal[]) => Promise<unknown>) => {
  const logs: LogEvent[] = []
  return { logs, ...createRefusalLog({ clock: createClock(), log: (event) => void logs.push(event), write }) }
}

test('a flood is one statement, and what is left out is counted', async () => {
  const written: string[][] = []
  const { note, close, logs } = open(async (refusals) => written.push(refusals.map(({ id }) => id)))
  for (let index = 0; index < 1000; index += 1) note(refusal(`${index}`))
  expect(written).toEqual([])
  await close()
  expect(written).toEqual([Array.from({ length: 60 }, (_, index) => `${index}`)])
  expect(logs).toEqual([{ level: 'info', message: 'refusals left out', count: 940 }])
})

test('they are written within a second or so by themselves', async () => {
  const { promise, resolve } = Promise.withResolvers<number>()
  const { note } = open(async (refusals) => resolve(refusals.length))
  note(refusal('a'))
  note(refusal('b'))
  expect(await promise).toBe(2)
})

test('what can’t be written is lost, said once, and stops nothing', async () => {
  const { note, close, logs } = open(() => Promise.reject(new Error('away')))
  note(refusal('a'))
  await close()
  expect(logs).toEqual([{ level: 'warn', message: 'refusals lost', count: 1 }])
})

test('without one, nothing is written at the end', async () => {
  const written: Refusal[][] = []
  await open(async (refusals) => written.push(refusals)).close()
  expect(written).toEqual([])
})
