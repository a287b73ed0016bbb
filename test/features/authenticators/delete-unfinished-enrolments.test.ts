import { expect, test } from 'bun:test'
import { totpAuthenticators } from '#db/schema/authenticators'
import { deleteUnfinishedEnrolments } from '#features/authenticators/delete-unfinished-enrolments'
import { daysAgo, keepHouse } from '../jobs/housekeeping'
import { addTotp, beginTotp, codeOf, confirmTotp, mfaStateOf, openProvedWorld, secretIn } from './second-factors'

test('an app that nobody confirmed goes after a day; one that counts stays, however old', async () => {
  const { world, session } = await openProvedWorld()
  await addTotp(world, session)
  await beginTotp(world, session)
  for (const [createdAt, left] of [
    [daysAgo(world, 1), 2],
    [daysAgo(world, 1, 1), 1],
  ] as const) {
    await world.db.update(totpAuthenticators).set({ createdAt })
    await keepHouse(world, deleteUnfinishedEnrolments)
    expect(await world.db.select().from(totpAuthenticators)).toHaveLength(left)
  }
  expect((await mfaStateOf(world, session)).totp).toHaveLength(1)
})

test('who was too slow can begin again', async () => {
  const { world, session } = await openProvedWorld()
  const secret = secretIn(await beginTotp(world, session))
  await world.db.update(totpAuthenticators).set({ createdAt: daysAgo(world, 2) })
  await keepHouse(world, deleteUnfinishedEnrolments)
  expect((await confirmTotp(world, session, codeOf(world, secret))).status).toBe(400)
  await addTotp(world, session)
})

test('many go in several batches', async () => {
  const { world, session } = await openProvedWorld()
  const row = { userId: session.user.id, name: 'App', sealedSecret: 'v1', createdAt: daysAgo(world, 2) }
  const rows = Array.from({ length: 600 }, () => ({ ...row, id: world.platform.ids.next() }))
  await world.db.insert(totpAuthenticators).values(rows)
  expect(await keepHouse(world, deleteUnfinishedEnrolments)).toBe(2)
  expect(await world.db.select().from(totpAuthenticators)).toEqual([])
})
