import { expect, test } from 'bun:test'
import { queues } from '#core/queues'
import { emailTokens } from '#db/schema/accounts'
import { bouncedAddresses, messages } from '#db/schema/notifications'
import { openWorld, type World } from '../../platform'
import { resetPassword } from '../accounts/mailed'
import { listEvents } from '../audit/events'
import { listRecords } from '../jobs/queue'
import { ada } from '../people'
import {
  addProvedPerson,
  askForReset,
  forgetThatJobsAreDone,
  later,
  never,
  nobodyThere,
  scriptMailer,
  workOnce,
} from './scripted-mailer'

/** A person with a reset mail queued, and an instance whose provider answers this. */
const openQueuedWorld = async (...outcomes: Parameters<typeof scriptMailer>) => {
  const world = await openWorld()
  const { user } = await addProvedPerson(world)
  await askForReset(world)
  const { tries, mailer } = scriptMailer(...outcomes)
  return { world, user, tries, instance: world.startAnother({}, { mailer }) }
}

const stored = async (world: World) => (await world.db.select().from(messages)).at(0)

const mailJobs = async (world: World) => (await listRecords(world)).filter(({ name }) => name === 'send-reset-mail')

test('a mail is queued until the provider takes it, and then sent, with the times of both', async () => {
  const { world, user, instance } = await openQueuedWorld(later)
  expect(await stored(world)).toBeUndefined()
  const queuedAt = world.clock.now()
  await workOnce(instance)
  const [job] = await mailJobs(world)
  const always = {
    id: String(job?.id),
    userId: user.id,
    recipient: ada.email,
    template: 'reset-password',
    locale: 'en',
  }
  expect(await stored(world)).toEqual({
    ...always,
    state: 'queued',
    attempts: 1,
    failure: 'provider 503',
    sealedValues: expect.stringMatching(/^v1\./),
    providerId: null,
    queuedAt,
    sentAt: null,
    failedAt: null,
  })
  world.advance(60)
  await workOnce(instance)
  expect(await stored(world)).toEqual({
    ...always,
    state: 'sent',
    attempts: 2,
    failure: null,
    sealedValues: null,
    providerId: 'a provider’s name for it',
    queuedAt,
    sentAt: world.clock.now(),
    failedAt: null,
  })
  expect(await mailJobs(world)).toMatchObject([{ state: 'completed' }])
})

test('every try sends the same mail with the same token under the same key, and one token is issued', async () => {
  const { world, tries, instance } = await openQueuedWorld(later, new Error('connection lost'), later)
  for (const _ of [1, 2, 3, 4]) {
    world.advance(60)
    await workOnce(instance)
  }
  const [first] = tries
  const [job] = await mailJobs(world)
  expect(first?.idempotencyKey).toBe(String(job?.id))
  expect(tries).toEqual(Array(4).fill(first))
  expect((await listEvents(world)).filter(({ type }) => type === 'email_token.issued')).toHaveLength(2)
  expect((await resetPassword(world, String(first?.data.token), 'a wholly new password')).status).toBe(204)
})

test('a mail that was sent is not sent again when its job is worked again', async () => {
  const { world, tries, instance } = await openQueuedWorld()
  await workOnce(instance)
  const before = await stored(world)
  await forgetThatJobsAreDone(world)
  await workOnce(instance)
  expect(tries).toHaveLength(1)
  expect(await stored(world)).toEqual(before)
  expect(await mailJobs(world)).toMatchObject([{ state: 'completed' }])
})

test('a mail that failed for good is not tried again either, and its job keeps the reason', async () => {
  const { world, tries, instance } = await openQueuedWorld(never)
  await workOnce(instance)
  const before = await stored(world)
  await world.db.run("delete from pgboss.job where name = 'dead-letters'", [], 'objects')
  await forgetThatJobsAreDone(world)
  await workOnce(instance)
  expect(tries).toHaveLength(1)
  expect(await stored(world)).toEqual(before)
  expect(await mailJobs(world)).toMatchObject([{ state: 'failed', output: { reason: 'provider 422' } }])
})

test('a process that dies between sending and noting it sends under the same key again', async () => {
  const { world, tries, instance } = await openQueuedWorld()
  const forgetful: World['db'] = {
    ...world.db,
    run: (text, ...rest) =>
      text.includes("set state = 'sent'") ? Promise.reject(new Error('gone')) : world.db.run(text, ...rest),
  }
  await workOnce(instance.startAnother({}, { db: forgetful, mailer: instance.platform.mailer }))
  expect(await stored(world)).toMatchObject({ state: 'queued' })
  await workOnce(instance)
  expect(tries).toEqual(Array(2).fill(tries[0]))
  expect(await stored(world)).toMatchObject({ state: 'sent', sealedValues: null })
})

test('a refused mail has failed, with its time and the reason, and its job is a dead letter', async () => {
  const { world, instance } = await openQueuedWorld(later, never)
  await workOnce(instance)
  world.advance(60)
  await workOnce(instance)
  expect(await stored(world)).toMatchObject({
    state: 'failed',
    attempts: 2,
    failure: 'provider 422',
    sealedValues: null,
    sentAt: null,
    failedAt: world.clock.now(),
  })
  expect(await listRecords(world)).toContainEqual(
    expect.objectContaining({ name: 'dead-letters', sourceName: 'send-reset-mail' }),
  )
  expect(await world.db.select().from(bouncedAddresses)).toEqual([])
})

test('after its last try a mail has failed with the last reason, and its job is a dead letter', async () => {
  const { world, tries, instance } = await openQueuedWorld(later, later)
  await workOnce(instance)
  const tried = queues['send-reset-mail'].retryLimit - 1
  await world.db.run("update pgboss.job set retry_count = $1::integer where state = 'retry'", [tried], 'objects')
  await workOnce(instance)
  expect(tries).toHaveLength(2)
  expect(await stored(world)).toMatchObject({
    state: 'failed',
    failure: 'provider 503',
    sealedValues: null,
    attempts: 2,
  })
  expect(await mailJobs(world)).toMatchObject([{ state: 'failed', output: { reason: 'provider 503' } }])
})

test('an address that the provider calls invalid is marked and recorded, and gets nothing more', async () => {
  const { world, user, tries, instance } = await openQueuedWorld(nobodyThere)
  await workOnce(instance)
  expect(await world.db.select().from(bouncedAddresses)).toEqual([
    { email: ada.email, reason: 'rejected', bouncedAt: world.clock.now() },
  ])
  expect((await listEvents(world)).filter(({ type }) => type === 'address.bounced')).toMatchObject([
    { actorKind: 'system', actorId: 'send-reset-mail', userId: user.id, data: { reason: 'rejected' } },
  ])
  await world.db.delete(messages)
  await askForReset(world)
  await workOnce(instance)
  expect(tries).toHaveLength(1)
  const failure = 'Mail to this address came back before.'
  expect(await stored(world)).toMatchObject({ state: 'failed', failure, sealedValues: null })
  expect((await mailJobs(world)).at(-1)).toMatchObject({ state: 'completed' })
})

test('a mail to nobody is not kept, and its job is done', async () => {
  const { world, tries, instance } = await openQueuedWorld()
  await workOnce(instance)
  await world.db.delete(messages)
  await askForReset(world, 'nobody@example.com')
  await workOnce(instance)
  expect(tries).toHaveLength(1)
  expect(await stored(world)).toBeUndefined()
  expect((await mailJobs(world)).map(({ state }) => state)).toEqual(['completed', 'completed'])
})

test('an account that goes while its mail waits takes the mail along', async () => {
  const { world, user, tries, instance } = await openQueuedWorld(later)
  await workOnce(instance)
  await world.db.run('delete from "user" where id = $1', [user.id], 'objects')
  expect([await stored(world), await world.db.select().from(emailTokens)]).toEqual([undefined, []])
  await workOnce(instance)
  expect(tries).toHaveLength(1)
  expect(await mailJobs(world)).toMatchObject([{ state: 'completed' }])
})
