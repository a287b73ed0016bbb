import { expect, test } from 'bun:test'
import { messages } from '#db/schema/notifications'
import { allowAddress } from '#features/notifications/allow-address'
import { openWorld, type World } from '../../platform'
import { createSignedCall } from '../../support/svix'
import { listEvents } from '../audit/events'
import {
  bounced,
  bounceOf,
  deliver,
  email,
  eventOf,
  findBouncedAddress,
  noted,
  openConfiguredWorld,
  providerId,
  secret,
  tell,
} from './webhook'

/** A mail that the provider took. */
const insertSentMessage = async (world: World, others: { state?: 'queued' | 'sent' } = {}) => {
  const at = world.clock.now()
  const mail = { id: world.platform.ids.next(), recipient: email, template: 'verify-email', locale: 'en' }
  await world.db.insert(messages).values({ ...mail, state: 'sent', queuedAt: at, sentAt: at, providerId, ...others })
}

const messagesOf = (world: World) =>
  world.db.select({ state: messages.state, failure: messages.failure, failedAt: messages.failedAt }).from(messages)

for (const [event, reason] of [
  [bounced, 'bounced'],
  [eventOf('email.complained'), 'complained'],
  [eventOf('email.suppressed', { suppressed: { message: 'on our list' } }), 'rejected'],
] as const) {
  test(`after “${event.type}” the address is marked as ${reason}, and the mail counts as failed`, async () => {
    const world = await openConfiguredWorld()
    await insertSentMessage(world)
    expect(await tell(world, event)).toEqual(noted)
    expect(await findBouncedAddress(world, email)).toEqual({ email, reason, bouncedAt: world.clock.now() })
    expect(await messagesOf(world)).toEqual([{ state: 'failed', failure: reason, failedAt: world.clock.now() }])
    expect(await listEvents(world)).toMatchObject([
      { type: 'address.bounced', actorKind: 'system', actorId: 'resend webhook', userId: null, data: { reason } },
    ])
  })
}

test('the record names the person whom the mail was for, and repeats no address', async () => {
  const world = await openConfiguredWorld()
  const userId = world.platform.ids.next()
  const now = world.clock.now().toISOString()
  const columns = 'id, email, created_at, updated_at'
  await world.db.run(`insert into "user" (${columns}) values ($1, $2, $3, $3)`, [userId, email, now], 'objects')
  await insertSentMessage(world)
  await world.db.update(messages).set({ userId })
  await tell(world, bounced)
  const events = await listEvents(world)
  expect(events).toMatchObject([{ type: 'address.bounced', userId }])
  expect(JSON.stringify(events)).not.toContain('ada')
})

test('what is told again changes nothing', async () => {
  const world = await openConfiguredWorld()
  await insertSentMessage(world)
  const call = await createSignedCall(secret, bounced, world.clock.now())
  expect(await deliver(world, call)).toEqual(noted)
  const before = [await messagesOf(world), await listEvents(world), await findBouncedAddress(world, email)]
  world.advance(60)
  expect(await deliver(world, call)).toEqual(noted)
  expect(await tell(world, eventOf('email.complained'))).toEqual(noted)
  expect([await messagesOf(world), await listEvents(world), await findBouncedAddress(world, email)]).toEqual(before)
})

for (const type of ['Transient', 'Temporary', 'Undetermined']) {
  test(`a bounce that is ${type} changes nothing`, async () => {
    const world = await openConfiguredWorld()
    await insertSentMessage(world)
    expect(await tell(world, eventOf('email.bounced', bounceOf(type)))).toEqual(noted)
    expect(await findBouncedAddress(world, email)).toBeUndefined()
    expect(await messagesOf(world)).toMatchObject([{ state: 'sent' }])
    expect(await listEvents(world)).toEqual([])
  })
}

test('an address is marked in the spelling that we keep, each of several, and without a mail of ours', async () => {
  const world = await openConfiguredWorld()
  await tell(world, eventOf('email.bounced', bounceOf('Permanent'), [' Ada@EXAMPLE.com', 'grace@example.com']))
  for (const address of [email, 'grace@example.com']) {
    expect(await findBouncedAddress(world, address)).toMatchObject({ reason: 'bounced' })
  }
  expect(await listEvents(world)).toHaveLength(2)
})

test('a mail that waits for another try is not failed by what came back before', async () => {
  const world = await openConfiguredWorld()
  await insertSentMessage(world, { state: 'queued' })
  await tell(world, bounced)
  expect(await messagesOf(world)).toMatchObject([{ state: 'queued' }])
})

test('a bounce that can’t be recorded marks nothing, and the provider is asked to tell it again', async () => {
  const world = await openConfiguredWorld()
  await insertSentMessage(world)
  await tell(world, eventOf('email.complained', {}, ['grace@example.com']))
  const [taken] = await listEvents(world)
  const platform = { ...world.platform, ids: { next: () => String(taken?.id) } }
  expect(await tell({ ...world, platform }, bounced)).toMatchObject({ status: 500 })
  expect(await findBouncedAddress(world, email)).toBeUndefined()
  expect(await messagesOf(world)).toMatchObject([{ state: 'sent' }])
})

test('an operator may take the mark away', async () => {
  const world = await openConfiguredWorld()
  await tell(world, bounced)
  expect(await allowAddress(world.contextOf({ kind: 'system', job: 'test' }), email)).toBe(true)
  expect(await findBouncedAddress(world, email)).toBeUndefined()
  expect(await allowAddress(world.contextOf({ kind: 'system', job: 'test' }), email)).toBe(false)
})

for (const type of ['email.sent', 'email.delivered', 'email.opened', 'contact.created', 'something.new']) {
  test(`“${type}” is taken and means nothing`, async () => {
    const world = await openConfiguredWorld()
    expect(await tell(world, { type, data: 'whatever' })).toEqual(noted)
    expect(await listEvents(world)).toEqual([])
  })
}

for (const body of ['', 'garbage', '[]', '"email.bounced"', '{"type":7}', '{"type":"email.bounced"}']) {
  test(`a signed report that can’t be read (${body}) is refused, so that it is told again`, async () => {
    expect(await tell(await openConfiguredWorld(), body)).toEqual({ status: 400, code: 'malformed_request' })
  })
}

test('without a secret there is no such route', async () => {
  const world = await openWorld()
  const call = await createSignedCall(secret, bounced, world.clock.now())
  expect(await deliver(world, call)).toEqual({ status: 404, code: 'not_found' })
})
