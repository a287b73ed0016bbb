import { expect } from 'bun:test'
import { address, openWorld, type TestSettings, type World } from '../../platform'
import { userAgent } from '../../platform/calls'
import { eventsOf } from './events'

const requestId = 'request-of-this-test'
export const headers = { 'x-request-id': requestId }

export const anonymous = {
  actorKind: 'anonymous',
  actorId: null,
  userId: null,
  sessionId: null,
  requestId,
  ipAddress: address,
  userAgent,
  data: {},
}

/** An event that a person caused with the access token of their session. */
export const byPerson = ({ user, sessionId }: { user: { id: string }; sessionId: string }) => ({
  ...anonymous,
  actorKind: 'user',
  actorId: user.id,
  userId: user.id,
  sessionId,
})

/** The mail's own work is the system's, in the request that caused it. */
export const tokenIssued = (userId: string, job: string, purpose = 'verify-email') => ({
  ...anonymous,
  type: 'email_token.issued',
  actorKind: 'system',
  actorId: job,
  userId,
  data: { purpose },
})

/** What `work` recorded, in full but for ids; the clock moves first, so that its time shows too. */
export const recordedBy = async (world: World, work: () => Promise<unknown>): Promise<object[]> => {
  world.advance(1)
  const events = await eventsOf(world, work)
  return events.map(({ id: _, occurredAt, ...content }) => {
    expect(occurredAt).toEqual(world.clock.now())
    return content
  })
}

/** Its signing key is made already: that has an event of its own. */
export const openWarmWorld = async (settings: TestSettings = {}) => {
  const world = await openWorld(settings)
  await world.send('GET /.well-known/jwks.json')
  return world
}
