import { expect, test } from 'bun:test'
import { codeAttempts, emailTokens } from '#db/schema/accounts'
import { deleteExpiredTokens } from '#features/accounts/delete-expired-tokens'
import { openWorld, type World } from '../../platform'
import { isOnServer } from '../../platform/test-database'
import { addPeople, daysAgo, keepHouse, keepHouseBeside } from '../jobs/housekeeping'

const addTokens = async (world: World, expiries: Date[], consumedAt: Date | null = null) => {
  const people = await addPeople(world, expiries.length)
  await world.db.insert(emailTokens).values(
    people.map((userId, index) => ({
      id: world.platform.ids.next(),
      userId,
      purpose: 'reset-password' as const,
      email: `person${index}@example.com`,
      tokenHash: `hash ${index}`,
      createdAt: daysAgo(world, 9),
      expiresAt: expiries[index] ?? world.clock.now(),
      consumedAt,
    })),
  )
}

const addAttempts = (world: World, beginnings: Date[]) =>
  world.db
    .insert(codeAttempts)
    .values(beginnings.map((since, index) => ({ addressHash: `address ${index}`, count: 1, since })))

const keptTokens = async (world: World) =>
  (await world.db.select({ hash: emailTokens.tokenHash }).from(emailTokens)).map(({ hash }) => hash).toSorted()

test('a token goes a day after it was over, used or not; what is younger, or still works, stays', async () => {
  const world = await openWorld()
  const now = world.clock.now()
  for (const consumedAt of [null, now]) {
    await world.db.delete(emailTokens)
    await world.db.run('delete from "user"', [], 'objects')
    await addTokens(world, [daysAgo(world, 1, 1), daysAgo(world, 1), daysAgo(world, 0), daysAgo(world, -1)], consumedAt)
    await keepHouse(world, deleteExpiredTokens)
    expect(await keptTokens(world)).toEqual(['hash 1', 'hash 2', 'hash 3'])
  }
})

test('a count of attempts goes a day after it began', async () => {
  const world = await openWorld()
  await addAttempts(world, [daysAgo(world, 1, 1), daysAgo(world, 1), daysAgo(world, 0)])
  await keepHouse(world, deleteExpiredTokens)
  const kept = await world.db.select({ hash: codeAttempts.addressHash }).from(codeAttempts)
  expect(kept.map(({ hash }) => hash).toSorted()).toEqual(['address 1', 'address 2'])
})

test('many go in several batches, each a statement of its own', async () => {
  const world = await openWorld()
  await addTokens(world, [...Array(1_100).fill(daysAgo(world, 2)), daysAgo(world, 0)])
  await addAttempts(world, Array(501).fill(daysAgo(world, 2)))
  expect(await keepHouse(world, deleteExpiredTokens)).toBe(5)
  expect(await keptTokens(world)).toEqual(['hash 1100'])
  expect(await world.db.select().from(codeAttempts)).toEqual([])
  expect(await keepHouse(world, deleteExpiredTokens)).toBe(2)
})

if (isOnServer) {
  test('what others work on is left to them, without a wait, and goes the next time', async () => {
    const world = await openWorld()
    await addTokens(world, Array(3).fill(daysAgo(world, 2)))
    await addAttempts(world, Array(3).fill(daysAgo(world, 2)))
    const lockToken = 'select 1 from email_token where token_hash = $1'
    await keepHouseBeside(world, deleteExpiredTokens, lockToken, ['hash 1'])
    expect(await keptTokens(world)).toEqual(['hash 1'])
    expect(await world.db.select().from(codeAttempts)).toEqual([])
    await addAttempts(world, Array(3).fill(daysAgo(world, 2)))
    await keepHouseBeside(world, deleteExpiredTokens, 'select 1 from code_attempt where address_hash = $1', [
      'address 1',
    ])
    expect(await keptTokens(world)).toEqual([])
    expect(await world.db.select({ hash: codeAttempts.addressHash }).from(codeAttempts)).toEqual([
      { hash: 'address 1' },
    ])
  })
}
