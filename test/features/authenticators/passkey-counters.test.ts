import { expect, test } from 'bun:test'
import { passkeys } from '#db/schema/authenticators'
import type { World } from '../../platform'
import { bindPasskey, type Ceremony, ceremoniesOf, tokensIn } from '../../support/passkey-ceremonies'
import type { Reply } from '../../support/send'
import { eventsOf } from '../audit/events'
import { ada } from '../people'
import { openProvedWorld } from './second-factors'
import { toDoor } from './world-door'

const places = ['log-in', 'second factor', 'step-up'] as const

/** Ada has a passkey that signed ten times, each time to be let in. */
const openCountedWorld = async () => {
  const { world, session } = await openProvedWorld()
  const door = toDoor(world)
  const bound = await bindPasskey(door, session, { counts: true })
  bound.authenticator.counter = 9
  const ceremonies = ceremoniesOf(door, ada, session)
  const use = async (place: (typeof places)[number], lies: { counter?: number } = {}): Promise<Reply> => {
    const { begin }: Ceremony = ceremonies[place]
    const { options, finish } = await begin()
    return finish(await bound.authenticator.assert(options, lies))
  }
  tokensIn(await use('log-in'))
  await world.settle()
  world.advance(60)
  return { world, bound, use, session }
}

const storedIn = async (world: World) => {
  const [row] = await world.db.select().from(passkeys)
  return row
}

test.each(places.flatMap((place) => [10, 9, 1, 0].map((counter) => [place, counter] as const)))(
  'at a %s a counter that went from 10 to %i is refused and recorded, and nothing is noted of that use',
  async (place, counter) => {
    const { world, bound, use, session } = await openCountedWorld()
    const before = await storedIn(world)
    const events = await eventsOf(world, async () => {
      const reply = await use(place, { counter })
      expect(reply).toMatchObject({ status: 400, json: { code: 'invalid_passkey' } })
    })
    const userId = session.user.id
    const failed = { type: 'second_factor.failed', userId, data: { method: 'passkey' } }
    const regressed = { type: 'passkey.counter_regressed', userId, data: { passkeyId: bound.passkey.id } }
    const besides = {
      'log-in': [{ type: 'login.failed', userId: null, data: { reason: 'passkey' } }],
      'second factor': [{ type: 'login.challenged', userId, data: { method: 'password', kind: 'second-factor' } }],
      'step-up': [],
    }
    expect(
      events.map(({ type, userId, data }) => ({ type, userId, data })).toSorted((a, b) => a.type.localeCompare(b.type)),
    ).toEqual([...besides[place], regressed, failed])
    expect(await storedIn(world)).toEqual(before)
  },
)

test.each(places)('at a %s the next higher counter is let in, and kept', async (place) => {
  const { world, use } = await openCountedWorld()
  const events = await eventsOf(world, async () => tokensIn(await use(place)))
  expect(await storedIn(world)).toMatchObject({ counter: 11, lastUsedAt: world.clock.now() })
  const types = events.map(({ type }) => type)
  expect(types).toContain('second_factor.succeeded')
  expect(types).toContain(place === 'step-up' ? 'session.raised' : 'login.succeeded')
  expect(types).not.toContain('passkey.counter_regressed')
})

test('of a copy and its original, whichever counts behind is found out', async () => {
  const { world, bound, use } = await openCountedWorld()
  // The copy was used once, so it stands where the original gets next.
  tokensIn(await use('log-in', { counter: 11 }))
  bound.authenticator.counter = 10
  const events = await eventsOf(world, async () => expect((await use('log-in')).status).toBe(400))
  expect(events.map(({ type }) => type)).toContain('passkey.counter_regressed')
  tokensIn(await use('log-in'))
})

test('an authenticator that never counts is let in for ever, and one that begins to count is held to it', async () => {
  const { world, session } = await openProvedWorld()
  const door = toDoor(world)
  const { authenticator } = await bindPasskey(door, session)
  const use = async (counter: number) => {
    const { options, finish } = await ceremoniesOf(door, ada, session)['log-in'].begin()
    return (await finish(await authenticator.assert(options, { counter }))).status
  }
  expect([await use(0), await use(0), await use(3), await use(0), await use(3), await use(4)]).toEqual([
    200, 200, 200, 400, 400, 200,
  ])
})
