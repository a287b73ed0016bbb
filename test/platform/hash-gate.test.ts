import { expect, test } from 'bun:test'
import { createHashGate } from '#platform/hash-gate'

/** Work that ends when we say so. */
const createWork = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const started = { count: 0 }
  const run = () => {
    started.count += 1
    return promise
  }
  return { run, resolve, reject, started }
}

test('no more run at once than the gate lets through, and the others follow in their order', async () => {
  const gate = createHashGate({ concurrent: 2, waiting: 3 })
  const works = Array.from({ length: 5 }, createWork)
  const order: number[] = []
  const all = works.map(async ({ run }, index) => {
    await gate(run)
    order.push(index)
  })
  const started = () => works.map(({ started }) => started.count)
  expect(started()).toEqual([1, 1, 0, 0, 0])
  works[1]?.resolve('done')
  await all[1]
  expect(started()).toEqual([1, 1, 1, 0, 0])
  for (const { resolve } of works) resolve('done')
  await Promise.all(all)
  expect(order).toEqual([1, 0, 2, 3, 4])
})

test('who comes when all places to wait are taken gets a 503 that says when to come back', async () => {
  const gate = createHashGate({ concurrent: 1, waiting: 1 })
  const first = createWork()
  const running = gate(first.run)
  const waiting = gate(() => 'second')
  const surplus = createWork()
  const refused = gate(surplus.run).catch((reason: unknown) => reason)
  for (const { resolve } of [first, surplus]) resolve('done')
  expect(await refused).toMatchObject({
    definition: { code: 'overloaded', status: 503 },
    facts: { headers: { 'retry-after': '2' } },
  })
  expect(surplus.started.count).toBe(0)
  expect(await Promise.all([running, waiting])).toEqual(['done', 'second'])
  expect(await gate(() => 'third')).toBe('third')
})

test('a hash that fails gives its place free', async () => {
  const gate = createHashGate({ concurrent: 1, waiting: 1 })
  const failing = createWork()
  const running = gate(failing.run)
  const next = gate(() => 'next')
  failing.reject(new Error('no memory'))
  await expect(running).rejects.toThrow('no memory')
  expect(await next).toBe('next')
  await expect(
    gate(() => {
      throw new Error('at once')
    }),
  ).rejects.toThrow('at once')
  expect(await gate(() => 'later')).toBe('later')
})
