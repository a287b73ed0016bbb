import { expect, test } from 'bun:test'
import { messages } from '#db/schema/notifications'
import { deleteOldMessages } from '#features/notifications/delete-old-messages'
import { openWorld, type World } from '../../platform'
import { isOnServer } from '../../platform/test-database'
import { daysAgo, keepHouse, keepHouseBeside } from '../jobs/housekeeping'

/** Messages that were queued then; their recipient says which is which. */
const addMessages = (world: World, times: Date[], state: 'queued' | 'sent' | 'failed' = 'sent') =>
  world.db.insert(messages).values(
    times.map((queuedAt, index) => ({
      id: world.platform.ids.next(),
      recipient: `message ${index}`,
      template: 'verify-email',
      locale: 'en',
      state,
      queuedAt,
    })),
  )

const kept = async (world: World) =>
  (await world.db.select({ to: messages.recipient }).from(messages)).map(({ to }) => to).toSorted()

for (const state of ['queued', 'sent', 'failed'] as const) {
  test(`a message that is ${state} goes after thirty days, and not before`, async () => {
    const world = await openWorld()
    await addMessages(world, [daysAgo(world, 30, 1), daysAgo(world, 30), daysAgo(world, 0)], state)
    await keepHouse(world, deleteOldMessages)
    expect(await kept(world)).toEqual(['message 1', 'message 2'])
  })
}

test('many go in several batches, each a statement of its own, after one for what nobody sends any more', async () => {
  const world = await openWorld()
  await addMessages(world, [...Array(1_100).fill(daysAgo(world, 31)), daysAgo(world, 0)])
  expect(await keepHouse(world, deleteOldMessages)).toBe(4)
  expect(await kept(world)).toEqual(['message 1100'])
  expect(await keepHouse(world, deleteOldMessages)).toBe(2)
})

if (isOnServer) {
  test('what others work on is left to them, without a wait, and goes the next time', async () => {
    const world = await openWorld()
    await addMessages(world, Array(3).fill(daysAgo(world, 31)))
    await keepHouseBeside(world, deleteOldMessages, 'select 1 from message where recipient = $1', ['message 1'])
    expect(await kept(world)).toEqual(['message 1'])
    await keepHouse(world, deleteOldMessages)
    expect(await kept(world)).toEqual([])
  })
}
