import { expect, test } from 'bun:test'
import { createPasskeyVerifier } from '#platform/passkey-verifier'
import type { World } from '../../platform'
import {
  bindPasskey,
  type Ceremony,
  ceremoniesOf,
  listPasskeys,
  logInByPasskey,
  tokensIn,
} from '../../support/passkey-ceremonies'
import { eventsOf } from '../audit/events'
import { ada } from '../people'
import { openProvedWorld } from './second-factors'
import { toDoor } from './world-door'

/** Another instance, where `meanwhile` happens after a passkey was looked up and before it is used. */
const startHesitating = (world: World, meanwhile: () => Promise<void>): World => {
  const verifier = createPasskeyVerifier()
  const verifyAssertion: typeof verifier.verifyAssertion = async (...values) => {
    await meanwhile()
    return verifier.verifyAssertion(...values)
  }
  return world.startAnother({}, { passkeys: { ...verifier, verifyAssertion } })
}

const places = ['log-in', 'second factor', 'step-up'] as const

/** Ada has a passkey that counts and another one, and a server that hesitates at the first. */
const openRacedWorld = async (place: (typeof places)[number], meanwhile: 'removed' | 'used') => {
  const { world, session } = await openProvedWorld()
  const door = toDoor(world)
  const bound = await bindPasskey(door, session, { counts: true })
  const kept = await bindPasskey(door, session)
  const hesitating = startHesitating(world, async () => {
    if (meanwhile === 'used') return void tokensIn(await logInByPasskey(door, bound, { counter: 9 }))
    const { accessToken } = session
    expect((await door.send(`DELETE /v1/me/passkeys/${bound.passkey.id}`, { accessToken })).status).toBe(204)
  })
  const { begin }: Ceremony = ceremoniesOf(toDoor(hesitating), ada, session)[place]
  const { options, finish } = await begin()
  await world.settle()
  const use = async () => {
    const reply = await finish(await bound.authenticator.assert(options, { counter: 5 }))
    expect(reply).toMatchObject({ status: 400, json: { code: 'invalid_passkey' } })
  }
  return { world, door, session, kept, use }
}

test.each(places)(
  'a passkey that is removed while it is used at a %s is refused, and did not regress',
  async (place) => {
    const { world, door, session, kept, use } = await openRacedWorld(place, 'removed')
    const types = (await eventsOf(world, use)).map(({ type }) => type)
    const refused = ['second_factor.failed', ...(place === 'log-in' ? ['login.failed'] : [])]
    expect(types.toSorted()).toEqual(['authenticator.removed', ...refused].toSorted())
    expect((await listPasskeys(door, session)).map(({ id }) => id)).toEqual([kept.passkey.id])
  },
)

test.each(places)('one that counted further while it is used at a %s is refused, and did regress', async (place) => {
  const { world, use } = await openRacedWorld(place, 'used')
  const types = (await eventsOf(world, use)).map(({ type }) => type)
  expect(types).toContain('passkey.counter_regressed')
  expect(types).toContain('second_factor.failed')
})
