import { describe, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { totpAuthenticators } from '#db/schema/authenticators'
import { trustedDevices } from '#db/schema/sessions'
import type { World } from '../../platform'
import { openWorld } from '../../platform'
import { deviceTokenIn, tryLogIn } from '../accounts/lockouts'
import {
  askForLogIn,
  askForReset,
  logInByLink,
  logInWith,
  mailedBy,
  mailOf,
  resetPassword,
  tokensOf,
  verifyEmail,
} from '../accounts/mailed'
import { eventsOf } from '../audit/events'
import { ada, grace } from '../people'
import {
  addTotp,
  challenge,
  challengeIn,
  codeOf,
  invalidChallenge,
  invalidCode,
  logInWithTotp,
  mfaStateOf,
  nextStep,
  openProvedWorld,
  openTotpWorld,
  outcomeOf,
  registerProved,
  secretIn,
  verify,
  verifyTotp,
  wrongCodeOf,
} from './second-factors'

const atOnce = { MFA_POLICY: 'required', MFA_GRACE_SECONDS: '0' } as const

const enrol = (world: World, challengeToken: string) =>
  world.send('POST /v1/auth/mfa/enrol', { json: { challengeToken } })

/** Ada proved her address and has a session; from now on everybody must have a second factor, at once. */
const openDemandingWorld = async () => {
  const { world: before, session } = await openProvedWorld()
  return { world: before.startAnother(atOnce), before, session }
}

describe('a log-in of somebody who must have a second factor and has none', () => {
  test('has to set one up, and is finished by the first code of it', async () => {
    const { world } = await openDemandingWorld()
    const { token, ...told } = challengeIn(await tryLogIn(world, ada.password))
    expect(told).toEqual({ methods: [], mustEnrol: true, expiresIn: 300 })
    const secret = secretIn(await enrol(world, token))
    expect(await verifyTotp(world, token, wrongCodeOf(world, secret))).toMatchObject(invalidCode)
    const tokens = tokensOf(await verifyTotp(world, token, codeOf(world, secret)))
    expect(decodeJwt(tokens.accessToken)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
    expect(await mfaStateOf(world, tokens)).toMatchObject({ methods: ['totp'], isRequired: true, dueAt: null })
    expect(await verifyTotp(world, token, codeOf(world, secret, 1))).toMatchObject(invalidChallenge)
    expect(await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret))).toMatchObject(invalidCode)
    nextStep(world)
    expect((await logInWithTotp(world, secret)).status).toBe(200)
  })

  test('tells its owner of the app, and is recorded', async () => {
    const { world } = await openDemandingWorld()
    const { token } = await challenge(world)
    const secret = secretIn(await enrol(world, token))
    const events = await eventsOf(world, () => verifyTotp(world, token, codeOf(world, secret)))
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'authenticator.bound', data: { kind: 'totp' } },
      { type: 'login.succeeded', data: { method: 'second_factor' } },
    ])
    expect(mailOf(world, 'totp-added').to).toBe(ada.email)
  })

  test('is not finished without one, and ends after five minutes', async () => {
    const { world } = await openDemandingWorld()
    const { token } = await challenge(world)
    expect(await verifyTotp(world, token, '123456')).toMatchObject(invalidCode)
    const json = { method: 'recovery_code', code: '0000-0000-0000-0000' }
    expect(await verify(world, token, json)).toMatchObject(invalidChallenge)
    world.advance(300)
    expect(await enrol(world, token)).toMatchObject(invalidChallenge)
  })

  test('by a mailed link, or after a reset of the password, has to as well', async () => {
    const { world } = await openDemandingWorld()
    await askForLogIn(world)
    expect(challengeIn(await logInByLink(world, mailedBy(world, 'log-in').token)).mustEnrol).toBe(true)
    await askForReset(world)
    await resetPassword(world, mailedBy(world, 'reset-password').token, 'a wholly new password')
    expect(challengeIn(await tryLogIn(world, 'a wholly new password')).mustEnrol).toBe(true)
  })

  test('may trust the device that it ends on', async () => {
    const { world } = await openDemandingWorld()
    const { token } = await challenge(world)
    const secret = secretIn(await enrol(world, token))
    const answer = await verifyTotp(world, token, codeOf(world, secret), { trustDevice: true })
    expect(await world.db.select().from(trustedDevices)).toHaveLength(1)
    const again = await tryLogIn(world, ada.password, ada.email, deviceTokenIn(answer))
    expect(outcomeOf(again)).toBe('session')
  })

  test('ends nowhere before the address is proved, and goes on when it is', async () => {
    const world = await openWorld(atOnce)
    await world.send('POST /v1/auth/register', { json: ada })
    await world.settle()
    const { token } = await challenge(world)
    const refused = { status: 403, body: { code: 'email_unverified' } }
    expect(await enrol(world, token)).toMatchObject(refused)
    expect(await world.db.select().from(totpAuthenticators)).toEqual([])
    await verifyEmail(world, mailedBy(world, 'verify-email').token)
    const next = (await challenge(world)).token
    const secret = secretIn(await enrol(world, next))
    expect((await verifyTotp(world, next, codeOf(world, secret))).status).toBe(200)
  })
})

describe('nobody sets up an app by a challenge', () => {
  test('who has a second factor', async () => {
    const { world: before, secret } = await openTotpWorld()
    const world = before.startAnother(atOnce)
    const { token, mustEnrol } = await challenge(world)
    expect(mustEnrol).toBe(false)
    expect(await enrol(world, token)).toMatchObject(invalidChallenge)
    expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
  })

  /** Tries all that a log-in that waits for an enrolment can be used for. */
  const expectVoid = async (world: World, token: string) => {
    const begun = await enrol(world, token)
    const code = begun.status === 200 ? codeOf(world, secretIn(begun)) : '123456'
    const finished = await verifyTotp(world, token, code)
    expect({ begun: begun.status, finished: finished.status }).toEqual({ begun: 400, finished: 400 })
  }

  test('whose log-in began before the owner set one up in a session', async () => {
    const { world, session } = await openDemandingWorld()
    const stranger = await challenge(world)
    await addTotp(world, session)
    await expectVoid(world, stranger.token)
    expect((await mfaStateOf(world, session)).totp).toHaveLength(1)
  })

  test('whose log-in began before the owner set one up in theirs', async () => {
    const { world } = await openDemandingWorld()
    const [stranger, owner] = [await challenge(world), await challenge(world)]
    const secret = secretIn(await enrol(world, owner.token))
    const tokens = tokensOf(await verifyTotp(world, owner.token, codeOf(world, secret)))
    await expectVoid(world, stranger.token)
    expect((await mfaStateOf(world, tokens)).totp).toHaveLength(1)
  })

  test('who confirms an app that was begun before, once there is another that counts', async () => {
    const { world, session } = await openDemandingWorld()
    const stranger = await challenge(world)
    const secret = secretIn(await enrol(world, stranger.token))
    // The owner's begun app replaced the stranger's: neither of them ends the stranger's log-in.
    const own = await addTotp(world, session)
    for (const code of [codeOf(world, secret), codeOf(world, own.secret), codeOf(world, own.secret, 1)]) {
      expect((await verifyTotp(world, stranger.token, code)).status).toBe(400)
    }
    expect((await mfaStateOf(world, session)).totp).toHaveLength(1)
  })

  test('whose token is somebody else’s, changed or over', async () => {
    const { world } = await openDemandingWorld()
    const { token } = await challenge(world)
    for (const other of [`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, 'x', token.slice(4)]) {
      expect(await enrol(world, other)).toMatchObject(invalidChallenge)
    }
    expect((await world.send('POST /v1/auth/mfa/enrol', { json: {} })).status).toBe(422)
    expect((await enrol(world, token)).status).toBe(200)
  })

  test('for another account: an app that one challenge began is confirmed by no other person’s', async () => {
    const { world, before } = await openDemandingWorld()
    await registerProved(before, grace)
    const [adas, eves] = [await challenge(world), await challenge(world, grace)]
    const secret = secretIn(await enrol(world, eves.token))
    expect(await verifyTotp(world, adas.token, codeOf(world, secret))).toMatchObject(invalidCode)
    expect((await verifyTotp(world, eves.token, codeOf(world, secret))).status).toBe(200)
    expect(challengeIn(await logInWith(world, ada.password)).mustEnrol).toBe(true)
  })
})
