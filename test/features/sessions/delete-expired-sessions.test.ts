import { expect, test } from 'bun:test'
import { logInChallenges, sessions, trustedDevices } from '#db/schema/sessions'
import { deleteExpiredSessions } from '#features/sessions/delete-expired-sessions'
import { openWorld, type World } from '../../platform'
import { isOnServer } from '../../platform/test-database'
import { addPeople, daysAgo, keepHouse, keepHouseBeside } from '../jobs/housekeeping'
import { ada, logIn, registerAndLogIn } from '../people'

/** Sessions of one person that expire then; their device says which is which. */
const addSessions = async (world: World, expiries: Date[], revokedAt: Date | null = null) => {
  const [userId = ''] = await addPeople(world, 1)
  const at = daysAgo(world, 400)
  const moments = { rotatedAt: at, authenticatedAt: at, createdAt: at, lastUsedAt: at }
  await world.db.insert(sessions).values(
    expiries.map((expiresAt, index) => ({
      id: world.platform.ids.next(),
      userId,
      ...moments,
      amr: ['pwd'],
      acr: 'aal1',
      expiresAt,
      absoluteExpiresAt: expiresAt,
      revokedAt,
      device: `device ${index}`,
    })),
  )
}

const kept = async (world: World) =>
  (await world.db.select({ device: sessions.device }).from(sessions)).map(({ device }) => String(device)).toSorted()

test('a session goes ninety days after it expired; what is younger, or lives, stays', async () => {
  const world = await openWorld()
  await addSessions(world, [daysAgo(world, 90, 1), daysAgo(world, 90), daysAgo(world, 1), daysAgo(world, -1)])
  await keepHouse(world, deleteExpiredSessions)
  expect(await kept(world)).toEqual(['device 1', 'device 2', 'device 3'])
})

test('a session that was ended long ago goes by the day on which it would have expired', async () => {
  const world = await openWorld()
  await addSessions(world, [daysAgo(world, 91), daysAgo(world, 89)], daysAgo(world, 300))
  await keepHouse(world, deleteExpiredSessions)
  expect(await kept(world)).toEqual(['device 1'])
})

test('while it stays, its device is a known one', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  world.advance(90 * 86_400)
  await keepHouse(world, deleteExpiredSessions)
  world.outbox.length = 0
  await logIn(world, ada)
  await world.settle()
  expect(world.outbox).toEqual([])
})

test('many go in several batches, each a statement of its own', async () => {
  const world = await openWorld()
  await addSessions(world, [...Array(1_000).fill(daysAgo(world, 91)), daysAgo(world, 0)])
  // One more looks for log-ins and devices.
  expect(await keepHouse(world, deleteExpiredSessions)).toBe(3 + 1)
  expect(await kept(world)).toEqual(['device 1000'])
  expect(await keepHouse(world, deleteExpiredSessions)).toBe(1 + 1)
})

/** Log-ins that wait for their second factor until then, and devices that are trusted until then, of one person. */
const addHalfway = async (world: World, expiries: Date[]) => {
  const [userId = ''] = await addPeople(world, 1)
  const createdAt = daysAgo(world, 40)
  const rows = expiries.map((expiresAt) => ({ id: world.platform.ids.next(), userId, createdAt, expiresAt }))
  const waiting = { kind: 'second-factor', transport: 'bearer', subject: 'second-factor:nobody' } as const
  await world.db.insert(logInChallenges).values(rows.map((row) => ({ ...row, ...waiting, amr: ['pwd'] })))
  await world.db.insert(trustedDevices).values(rows.map((row) => ({ ...row, lastUsedAt: createdAt })))
}

const expiriesLeft = async (world: World) => {
  const left = [
    await world.db.select({ expiresAt: logInChallenges.expiresAt }).from(logInChallenges),
    await world.db.select({ expiresAt: trustedDevices.expiresAt }).from(trustedDevices),
  ]
  return left.map((rows) =>
    rows.map(({ expiresAt }) => expiresAt).toSorted((one, other) => Number(one) - Number(other)),
  )
}

test('a log-in that never showed its second factor goes a day after it was over, and so does a device that was trusted', async () => {
  const world = await openWorld()
  const stays = [daysAgo(world, 1), daysAgo(world, 0), daysAgo(world, -1)]
  await addHalfway(world, [daysAgo(world, 30), daysAgo(world, 1, 1), ...stays])
  await keepHouse(world, deleteExpiredSessions)
  expect(await expiriesLeft(world)).toEqual([stays, stays])
})

test('of these too, many go in several batches', async () => {
  const world = await openWorld()
  await addHalfway(world, [...Array(600).fill(daysAgo(world, 2)), daysAgo(world, 0)])
  expect(await keepHouse(world, deleteExpiredSessions)).toBe(1 + 2)
  expect(await expiriesLeft(world)).toEqual([[daysAgo(world, 0)], [daysAgo(world, 0)]])
})

if (isOnServer) {
  test('what others work on is left to them, without a wait, and goes the next time', async () => {
    const world = await openWorld()
    await addSessions(world, Array(3).fill(daysAgo(world, 91)))
    await keepHouseBeside(world, deleteExpiredSessions, 'select 1 from session where device = $1', ['device 1'])
    expect(await kept(world)).toEqual(['device 1'])
    await keepHouse(world, deleteExpiredSessions)
    expect(await kept(world)).toEqual([])
  })
}
