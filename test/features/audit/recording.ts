import { expect } from 'bun:test'
import { address, openWorld, place, type TestSettings, type World } from '../../platform'
import { userAgent } from '../../platform/calls'
import { eventsOf } from './events'
import { outcomes } from './outcomes'

const requestId = 'request-of-this-test'
export const headers = { 'x-request-id': requestId }

export const anonymous = {
  actorKind: 'anonymous',
  actorId: null,
  credential: null,
  traceId: null,
  userId: null,
  sessionId: null,
  requestId,
  ipAddress: address,
  userAgent,
  place,
  data: {},
}

/** An event that a person caused with the access token of their session. */
export const byPerson = ({ user, sessionId }: { user: { id: string }; sessionId: string }) => ({
  ...anonymous,
  actorKind: 'user',
  actorId: user.id,
  credential: `session:${sessionId}`,
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

/**
 * What `work` recorded, in full but for ids, places and what follows from the type; the clock moves first, so that its time
 * shows too.
 */
export const recordedBy = async (world: World, work: () => Promise<unknown>): Promise<object[]> => {
  world.advance(1)
  const events = await eventsOf(world, work)
  const positions = events.map(({ position }) => Number(position))
  expect(new Set(positions).size).toBe(events.length)
  expect(Math.min(1, ...positions)).toBe(1)
  return events.map(
    ({ id: _, position: __, occurredAt, personalSalt, personalDigest, retention, outcome, ...content }) => {
      expect(occurredAt).toEqual(world.clock.now())
      expect(outcome).toBe(outcomes[content.type] ?? 'done')
      expect(retention).toBe(content.type === 'session.refreshed' ? 'activity' : 'security')
      for (const sealed of [personalSalt, personalDigest]) expect(sealed).toMatch(/^[0-9a-f]{64}$/)
      return content
    },
  )
}

/** Its signing key is made already: that has an event of its own. */
export const openWarmWorld = async (settings: TestSettings = {}) => {
  const world = await openWorld(settings)
  await world.send('GET /.well-known/jwks.json')
  return world
}
