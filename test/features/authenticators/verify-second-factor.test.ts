import { describe, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { askForLogIn, logInByCode, logInByLink, logInWith, mailedBy, tokensOf } from '../accounts/mailed'
import { sessionsOf } from '../answers'
import { eventsOf } from '../audit/events'
import { ada, grace, refresh } from '../people'
import {
  addTotp,
  challenge,
  challengeIn,
  codeOf,
  invalidChallenge,
  invalidCode,
  logInWithTotp,
  nextStep,
  openTotpWorld,
  registerProved,
  verify,
  verifyRecoveryCode,
  verifyTotp,
  wrongCodeOf,
} from './second-factors'

describe('a log-in with a second factor', () => {
  test('is told that it waits, for what and how long, and opens no session', async () => {
    const { world, session } = await openTotpWorld()
    const events = await eventsOf(world, async () => {
      const answer = await logInWith(world, ada.password)
      expect(answer.body).toEqual({
        mfaRequired: true,
        challenge: {
          token: expect.stringMatching(/^plc_[\w-]{86}$/),
          methods: ['totp', 'recovery_code'],
          mustEnrol: false,
          expiresIn: 300,
        },
      })
      expect(answer.headers.get('device-token')).toBeNull()
      expect(answer.headers.getSetCookie()).toEqual([])
    })
    expect(events.map(({ type, data, sessionId }) => ({ type, data, sessionId }))).toEqual([
      { type: 'login.challenged', data: { method: 'password', kind: 'second-factor' }, sessionId: null },
    ])
    const listed = sessionsOf(await world.send('GET /v1/sessions', { token: session.accessToken }))
    expect(listed.map(({ id }) => id)).toEqual([session.sessionId])
  })

  test('is finished by a code: the tokens say by what and how strongly, also after a refresh', async () => {
    const { world, secret } = await openTotpWorld()
    const answer = await logInWithTotp(world, secret)
    const tokens = tokensOf(answer)
    expect(answer.headers.get('device-token')).toStartWith('pdt_')
    const claims = { acr: 'aal2', amr: ['pwd', 'otp', 'mfa'], auth_time: world.clock.now().getTime() / 1000 }
    expect(decodeJwt(tokens.accessToken)).toMatchObject(claims)
    world.advance(600)
    expect(decodeJwt((await refresh(world, tokens)).accessToken)).toMatchObject(claims)
    const [current] = sessionsOf(await world.send('GET /v1/sessions', { token: tokens.accessToken }))
    expect(current).toMatchObject({ id: tokens.sessionId, current: true, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
  })

  test.each(['link', 'code'] as const)('by the mailed %s waits for the second factor too', async (way) => {
    const { world, secret } = await openTotpWorld()
    await askForLogIn(world)
    const mailed = mailedBy(world, 'log-in')
    const answer = await (way === 'link' ? logInByLink(world, mailed.token) : logInByCode(world, mailed.code))
    const { token, methods } = challengeIn(answer)
    expect(methods).toEqual(['totp', 'recovery_code'])
    const tokens = tokensOf(await verifyTotp(world, token, codeOf(world, secret)))
    expect(decodeJwt(tokens.accessToken)).toMatchObject({ acr: 'aal2', amr: ['otp', 'mfa'] })
  })

  test('is recorded with what was shown, and fails with what was', async () => {
    const { world, secret } = await openTotpWorld()
    const { token } = await challenge(world)
    const typesOf = async (code: string) =>
      (await eventsOf(world, () => verifyTotp(world, token, code))).map(({ type, data }) => ({ type, data }))
    expect(await typesOf(wrongCodeOf(world, secret))).toEqual([
      { type: 'second_factor.failed', data: { method: 'totp' } },
    ])
    expect(await typesOf(codeOf(world, secret))).toEqual([
      { type: 'login.succeeded', data: { method: 'second_factor' } },
      { type: 'second_factor.succeeded', data: { method: 'totp' } },
    ])
  })
})

describe('the challenge', () => {
  test('works for five minutes, and not at their end', async () => {
    const { world, secret } = await openTotpWorld()
    const { token } = await challenge(world)
    world.advance(299)
    expect(await verifyTotp(world, token, wrongCodeOf(world, secret))).toMatchObject(invalidCode)
    world.advance(1)
    expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(invalidChallenge)
    const other = await challenge(world)
    world.advance(299)
    expect((await verifyTotp(world, other.token, codeOf(world, secret))).status).toBe(200)
  })

  test('works once, whatever is shown after it', async () => {
    const { world, secret, recoveryCodes } = await openTotpWorld()
    const { token } = await challenge(world)
    expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
    nextStep(world)
    expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(invalidChallenge)
    expect(await verifyRecoveryCode(world, token, recoveryCodes[0] ?? '')).toMatchObject(invalidChallenge)
    expect(tokensOf(await logInWithTotp(world, secret)).user.recoveryCodesLeft).toBe(10)
  })

  test('survives wrong codes, and another challenge of the same account', async () => {
    const { world, secret } = await openTotpWorld()
    const [first, second] = [await challenge(world), await challenge(world)]
    expect(await verifyTotp(world, first.token, wrongCodeOf(world, secret))).toMatchObject(invalidCode)
    expect((await verifyTotp(world, second.token, codeOf(world, secret))).status).toBe(200)
    nextStep(world)
    expect((await verifyTotp(world, first.token, codeOf(world, secret))).status).toBe(200)
  })

  test('is no one else’s: with a code or a recovery code of one’s own nobody finishes another account’s log-in', async () => {
    const { world, secret } = await openTotpWorld()
    const eve = await addTotp(world, await registerProved(world, grace))
    nextStep(world)
    const { token } = await challenge(world)
    expect(await verifyTotp(world, token, codeOf(world, eve.secret))).toMatchObject(invalidCode)
    expect(await verifyRecoveryCode(world, token, eve.recoveryCodes[0] ?? '')).toMatchObject(invalidCode)
    const evesToken = (await challenge(world, grace)).token
    expect(await verifyTotp(world, evesToken, codeOf(world, secret))).toMatchObject(invalidCode)
    expect((await verifyTotp(world, evesToken, codeOf(world, eve.secret))).status).toBe(200)
  })
})

test('a body says one method and what it needs, and nothing else', async () => {
  const { world, secret } = await openTotpWorld()
  const { token } = await challenge(world)
  const code = codeOf(world, secret)
  const bodies = [
    {},
    { code },
    { method: 'totp' },
    { method: 'password', password: ada.password },
    { method: 'totp', code: `${code}0` },
    { method: 'totp', code, acr: 'aal2' },
    { method: 'recovery_code', code },
    { method: 'totp', code, trustDevice: 'yes' },
    { method: 'totp', code, transport: 'header' },
  ]
  for (const body of bodies) expect((await verify(world, token, body)).status).toBe(422)
  expect((await verify(world, token, { method: 'totp', code })).status).toBe(200)
})
