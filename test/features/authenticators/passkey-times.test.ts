import { expect, test } from 'bun:test'
import { passkeyChallenges } from '#db/schema/authenticators'
import {
  askToLogIn,
  askToRegister,
  askToStepUp,
  beginLogIn,
  bindPasskey,
  ceremoniesOf,
  listPasskeys,
  logInByPasskey,
  register,
  tokensIn,
  verifyStepUp,
} from '../../support/passkey-ceremonies'
import { newPasskey } from '../../support/passkeys'
import { ada, logIn } from '../people'
import { invalidChallenge, needsStepUp, openProvedWorld } from './second-factors'
import { toDoor } from './world-door'

const invalidPasskey = { status: 400, json: { code: 'invalid_passkey' } }

/** Ada has a passkey, and a session that it opened now. */
const openPasskeyWorld = async () => {
  const { world, session } = await openProvedWorld()
  const door = toDoor(world)
  const bound = await bindPasskey(door, session)
  return { world, door, bound, session: tokensIn(await logInByPasskey(door, bound)) }
}

test.each(['log-in', 'step-up'] as const)('the challenge of a %s works for five minutes', async (place) => {
  const { world, door, bound, session } = await openPasskeyWorld()
  const { begin } = ceremoniesOf(door, ada, session)[place]
  const [inTime, late] = [await begin(), await begin()]
  world.advance(299)
  tokensIn(await inTime.finish(await bound.authenticator.assert(inTime.options)))
  world.advance(1)
  expect(await late.finish(await bound.authenticator.assert(late.options))).toMatchObject(invalidPasskey)
})

test('a log-in waits five minutes for its second factor, however late the challenge was asked for', async () => {
  const { world, door, bound } = await openPasskeyWorld()
  const [first, second] = [await beginLogIn(door, ada), await beginLogIn(door, ada)]
  world.advance(299)
  const finish = async (challengeToken: string, challenge: string) => {
    const response = await bound.authenticator.assert({ challenge, rpId: 'id.example.com' })
    return door.send('POST /v1/auth/mfa/verify', { json: { challengeToken, method: 'passkey', response } })
  }
  const [inTime, late] = [
    await askToLogIn(door, { challengeToken: first.token }),
    await askToLogIn(door, { challengeToken: second.token }),
  ]
  tokensIn(await finish(first.token, inTime.challenge))
  world.advance(1)
  const { body: json, ...rest } = invalidChallenge
  expect(await finish(second.token, late.challenge)).toMatchObject({ ...rest, json })
  const ask = door.send('POST /v1/auth/passkey/options', { json: { challengeToken: second.token } })
  expect(await ask).toMatchObject({ ...rest, json })
})

test('the challenge of a registration works for five minutes', async () => {
  const { world, door, session } = await openPasskeyWorld()
  const [inTime, late] = [await askToRegister(door, session), await askToRegister(door, session)]
  const [one, other] = [await newPasskey({ origin: door.baseUrl }), await newPasskey({ origin: door.baseUrl })]
  world.advance(299)
  expect((await register(door, session, { response: await one.attest(inTime) })).status).toBe(201)
  world.advance(1)
  expect(await register(door, session, { response: await other.attest(late) })).toMatchObject(invalidPasskey)
  expect(await listPasskeys(door, session)).toHaveLength(2)
})

test('who showed themself more than five minutes ago changes no passkeys, until they show it again by one', async () => {
  const { world, door, bound, session } = await openPasskeyWorld()
  world.advance(300)
  const options = await askToRegister(door, session)
  world.advance(1)
  const { accessToken } = session
  const response = await (await newPasskey({ origin: door.baseUrl })).attest(options)
  const path = `/v1/me/passkeys/${bound.passkey.id}`
  const attempts = {
    'POST /v1/me/passkeys/options': undefined,
    'POST /v1/me/passkeys': { response },
    [`PATCH ${path}`]: { name: 'Mine' },
    [`DELETE ${path}`]: undefined,
  }
  for (const [route, json] of Object.entries(attempts)) {
    const { body, ...rest } = needsStepUp
    expect(await door.send(route, { accessToken, json })).toMatchObject({ ...rest, json: body })
  }
  expect(await listPasskeys(door, session)).toEqual([{ ...bound.passkey, lastUsedAt: bound.passkey.createdAt }])
  const raised = await verifyStepUp(door, session, await bound.authenticator.assert(await askToStepUp(door, session)))
  const renamed = await door.send(`PATCH ${path}`, {
    accessToken: tokensIn(raised).accessToken,
    json: { name: 'Mine' },
  })
  expect(renamed.status).toBe(204)
})

test('the last use is noted at each place that takes a passkey', async () => {
  const { world, door, bound, session } = await openPasskeyWorld()
  for (const { begin } of Object.values(ceremoniesOf(door, ada, session))) {
    world.advance(7)
    const { options, finish } = await begin()
    tokensIn(await finish(await bound.authenticator.assert(options)))
    const [passkey] = await listPasskeys(door, session)
    expect(passkey?.lastUsedAt).toBe(world.clock.now().toISOString())
  }
})

test('of a challenge only its hash is kept, and nothing when it came back', async () => {
  const { world, door, bound } = await openPasskeyWorld()
  await world.db.delete(passkeyChallenges)
  const options = await askToLogIn(door)
  const [kept] = await world.db.select().from(passkeyChallenges)
  expect(JSON.stringify(kept)).not.toContain(options.challenge)
  expect(kept).toMatchObject({
    purpose: 'log-in',
    userId: null,
    boundTo: null,
    challengeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  await door.send('POST /v1/auth/passkey/verify', {
    json: { response: await bound.authenticator.assert(options, { isVerified: false }) },
  })
  expect(await world.db.select().from(passkeyChallenges)).toEqual([])
})

test('sessions from before the passkey go on, at the strength that they have', async () => {
  const { world, session } = await openProvedWorld()
  const before = await logIn(world)
  const door = toDoor(world)
  await bindPasskey(door, session)
  const acrOf = async ({ accessToken: token }: { accessToken: string }) => {
    const { body } = await world.send('GET /v1/sessions', { token })
    return Object(body).items.find(({ current }: { current: boolean }) => current).acr
  }
  expect([await acrOf(session), await acrOf(before)]).toEqual(['aal2', 'aal1'])
})
