import { expect, test } from 'bun:test'
import { messages } from '#db/schema/notifications'
import { deleteOldMessages } from '#features/notifications/delete-old-messages'
import { openWorld, type World } from '../../platform'
import { isOnServer } from '../../platform/test-database'
import { daysAgo, keepHouse, keepHouseBeside } from '../jobs/housekeeping'
import { queueMail } from '../jobs/queue'

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

test('a mail whose job ended without a word has failed, and nothing in it can be opened any more', async () => {
  const world = await openWorld()
  const ids = { waiting: await queueMail(world), dead: await queueMail(world), tried: await queueMail(world) }
  const mail = { recipient: 'ada@example.com', template: 'reset-password', locale: 'en', queuedAt: world.clock.now() }
  const sealed = { ...mail, state: 'queued' as const, sealedValues: 'v1.sealed' }
  await world.db.insert(messages).values([
    { ...sealed, id: ids.waiting },
    { ...sealed, id: ids.dead },
    { ...sealed, id: ids.tried, failure: 'provider 503', attempts: 4 },
    { ...mail, id: world.platform.ids.next(), state: 'sent', sentAt: world.clock.now() },
  ])
  const before = await world.db.select().from(messages).orderBy(messages.id)
  for (const state of ['created', 'retry', 'active']) {
    await world.db.run('update pgboss.job set state = $1::text::pgboss.job_state', [state], 'objects')
    await keepHouse(world, deleteOldMessages)
    expect(await world.db.select().from(messages).orderBy(messages.id)).toEqual(before)
  }
  await world.db.run("update pgboss.job set state = 'failed' where id = $1", [ids.dead], 'objects')
  await world.db.run('delete from pgboss.job where id = $1', [ids.tried], 'objects')
  await keepHouse(world, deleteOldMessages)
  const over = { state: 'failed' as const, sealedValues: null, failedAt: world.clock.now() }
  expect(await world.db.select().from(messages).orderBy(messages.id)).toEqual(
    before.map((message) => {
      if (message.id === ids.dead) return { ...message, ...over, failure: 'The worker died at the last try.' }
      return message.id === ids.tried ? { ...message, ...over } : message
    }),
  )
})

test('of very many that wait each is looked at, fifty at a time', async () => {
  const world = await openWorld()
  await addMessages(world, Array(125).fill(daysAgo(world, 1)), 'queued')
  expect(await keepHouse(world, deleteOldMessages)).toBe(4)
  const states = await world.db.select({ state: messages.state }).from(messages)
  expect(states.map(({ state }) => state)).toEqual(Array(125).fill('failed'))
})

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
