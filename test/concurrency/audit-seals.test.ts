import { expect, test } from 'bun:test'
import type { Database } from '#db/database'
import { recordsOf, sealOnce, sealsOf, verify } from '../features/audit-trail/sealed-world'
import { registerAndLogIn } from '../features/people'
import { openWorld, type World } from '../platform'
import { inParallel } from './parallel'

const insert = (world: World, on: Database, requestId: string) =>
  on.run(
    `insert into audit_event (id, occurred_at, type, actor_kind, request_id, data)
     values ($1, $2::timestamptz, 'login.failed', 'anonymous', $3, '{}')`,
    [world.platform.ids.next(), world.clock.now(), requestId],
    'objects',
  )

/** Until nothing is left to seal: transactions of others on the server may hold the horizon for a while. */
const sealEverything = async (world: World) => {
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt; await Bun.sleep(20)) {
    await sealOnce(world)
    const found = await verify(world)
    expect(found.faults).toEqual([])
    if (found.unsealed === 0) return found
  }
  throw new Error('Something stays unsealed.')
}

const openKeyedWorld = async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  await sealEverything(world)
  return world
}

const lastSealed = async (world: World) =>
  Math.max(0, ...(await sealsOf(world)).map(({ lastPosition }) => lastPosition))

test('what a transaction writes that commits late is sealed after that, and nothing behind it before', async () => {
  const world = await openKeyedWorld()
  const before = await lastSealed(world)
  await world.db.transaction(async (tx) => {
    await insert(world, tx, 'late')
    for (let rounds = 0; rounds < 3; rounds += 1) {
      await insert(world, world.db, 'early')
      await sealOnce(world)
      expect(await lastSealed(world)).toBe(before)
      expect((await verify(world)).faults).toEqual([])
    }
  })
  const { sealed } = await sealEverything(world)
  const records = await recordsOf(world)
  expect(sealed).toBe(records.length)
  expect(await lastSealed(world)).toBe(Number(records.at(-1)?.position))
}, 60_000)

test('a transaction that takes no position yet holds nothing, and its own come later', async () => {
  const world = await openKeyedWorld()
  await world.db.transaction(async (tx) => {
    await tx.run('select 1', [], 'objects')
    await insert(world, world.db, 'early')
    await sealEverything(world)
    await insert(world, tx, 'late')
  })
  await sealEverything(world)
}, 60_000)

test('while many write, for long and in vain too, nothing is missed and no alarm is false', async () => {
  const world = await openKeyedWorld()
  let isOver = false
  const sealing = (async () => {
    while (!isOver) {
      await sealOnce(world)
      expect((await verify(world)).faults).toEqual([])
    }
  })()
  await inParallel(2, async (writer) => {
    for (let round = 0; round < 40; round += 1) {
      const work = world.db.transaction(async (tx) => {
        await insert(world, tx, `first of ${writer}`)
        await Bun.sleep((round * 7 + writer * 3) % 20)
        await insert(world, tx, `second of ${writer}`)
        if (round % 5 === 0) throw new Error('changed my mind')
      })
      await work.catch(() => {})
    }
  })
  isOver = true
  await sealing
  const { sealed } = await sealEverything(world)
  const records = await recordsOf(world)
  expect(sealed).toBe(records.length)
  expect(records.length).toBeGreaterThan(2 * 2 * 32)
}, 120_000)

test('of sixteen workers that seal at once one makes each seal, and the chain is one', async () => {
  const world = await openKeyedWorld()
  for (let round = 0; round < 5; round += 1) {
    for (let count = 0; count < 3; count += 1) await insert(world, world.db, 'more')
    await inParallel(16, () => sealOnce(world))
  }
  const { sealed } = await sealEverything(world)
  expect(sealed).toBe((await recordsOf(world)).length)
  const numbers = (await sealsOf(world)).filter(({ retention }) => retention === 'security').map(({ number }) => number)
  expect(numbers).toEqual(numbers.map((_, at) => at + 1))
}, 120_000)
