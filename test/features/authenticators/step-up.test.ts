import { describe, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { passwords } from '#db/schema/accounts'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { failuresIn, isLocked, lockoutMails, tryLogIn } from '../accounts/lockouts'
import { tokensOf } from '../accounts/mailed'
import { sessionsOf } from '../answers'
import { eventsOf } from '../audit/events'
import { ada, refresh } from '../people'
import {
  beginTotp,
  codeOf,
  invalidCode,
  logInWithTotp,
  needsStepUp,
  nextStep,
  openProvedWorld,
  openTotpWorld,
  stepUp,
  wrongCodeOf,
} from './second-factors'

const byPassword = (password = ada.password) => ({ method: 'password', password })
const byTotp = (world: World, secret: string) => ({ method: 'totp', code: codeOf(world, secret) })

/** A session of Ada that was opened with her password before she had a second factor. */
const openWeakWorld = async () => {
  const { world, session } = await openProvedWorld()
  const weak = tokensOf(await tryLogIn(world, ada.password))
  const secret = Object((await beginTotp(world, session)).body).secret
  await world.send('POST /v1/me/mfa/totp/confirm', {
    token: session.accessToken,
    json: { code: codeOf(world, secret) },
  })
  nextStep(world)
  return { world, weak, secret }
}

const authTime = ({ accessToken }: Pick<TokenSet, 'accessToken'>) => Number(decodeJwt(accessToken).auth_time)
const seconds = (world: World) => world.clock.now().getTime() / 1000

describe('by the password', () => {
  test('the same session goes on with a fresh auth_time, new tokens and the level that it had', async () => {
    const { world, session } = await openProvedWorld()
    world.advance(600)
    expect(await beginTotp(world, session)).toMatchObject(needsStepUp)
    const raised = tokensOf(await stepUp(world, session, byPassword()))
    expect(raised.sessionId).toBe(session.sessionId)
    expect(raised.refreshToken).not.toBe(session.refreshToken)
    expect(raised.accessToken).not.toBe(session.accessToken)
    expect(authTime(raised)).toBe(seconds(world))
    expect(decodeJwt(raised.accessToken)).toMatchObject({ acr: 'aal1', amr: ['pwd'], iat: seconds(world) })
    expect((await beginTotp(world, raised)).status).toBe(200)
    world.advance(301)
    expect(await beginTotp(world, raised)).toMatchObject(needsStepUp)
  })

  test('a session that has shown a second factor stays aal2', async () => {
    const { world, secret } = await openTotpWorld()
    const tokens = tokensOf(await logInWithTotp(world, secret))
    world.advance(600)
    const raised = tokensOf(await stepUp(world, tokens, byPassword()))
    expect(decodeJwt(raised.accessToken)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
    expect((await beginTotp(world, raised)).status).toBe(200)
  })

  test('one that has not stays aal1, and may not change authenticators', async () => {
    const { world, weak } = await openWeakWorld()
    const raised = tokensOf(await stepUp(world, weak, byPassword()))
    expect(decodeJwt(raised.accessToken).acr).toBe('aal1')
    expect(await beginTotp(world, raised)).toMatchObject({ ...needsStepUp, body: { acrValues: 'aal2', maxAge: 300 } })
  })

  test('a wrong one counts like one at a log-in, with which it locks', async () => {
    const { world, session } = await openProvedWorld()
    await tryLogIn(world, 'a wrong guess')
    for (let count = 0; count < 4; count += 1) {
      const refused = await stepUp(world, session, byPassword('a wrong guess'))
      expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
    }
    expect(await failuresIn(world)).toEqual({ account: 5 })
    expect(await stepUp(world, session, byPassword())).toMatchObject(isLocked)
    expect(await tryLogIn(world, ada.password)).toMatchObject(isLocked)
    await world.settle()
    expect(lockoutMails(world)).toHaveLength(1)
    world.advance(1800)
    const { accessToken } = tokensOf(await tryLogIn(world, ada.password))
    expect((await stepUp(world, { accessToken }, byPassword())).status).toBe(200)
  })

  test('a right one has the failures before it forgotten', async () => {
    const { world, session } = await openProvedWorld()
    for (let count = 0; count < 4; count += 1) await stepUp(world, session, byPassword('a wrong guess'))
    expect((await stepUp(world, session, byPassword())).status).toBe(200)
    expect(await failuresIn(world)).toEqual({})
  })

  test('an account without one is refused as for a wrong one', async () => {
    const { world, session } = await openProvedWorld()
    await world.db.delete(passwords)
    expect(await stepUp(world, session, byPassword())).toMatchObject({ body: { code: 'invalid_credentials' } })
  })
})

describe('by a second factor', () => {
  test('a code of the app raises the session to aal2, once', async () => {
    const { world, weak, secret } = await openWeakWorld()
    const json = byTotp(world, secret)
    const events = await eventsOf(world, async () => {
      const raised = tokensOf(await stepUp(world, weak, json))
      expect(raised.sessionId).toBe(weak.sessionId)
      const claims = { acr: 'aal2', amr: ['pwd', 'otp', 'mfa'], auth_time: seconds(world) }
      expect(decodeJwt(raised.accessToken)).toMatchObject(claims)
      expect((await beginTotp(world, raised)).status).toBe(200)
    })
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'second_factor.succeeded', data: { method: 'totp' } },
      { type: 'session.raised', data: { method: 'totp' } },
    ])
    expect(await stepUp(world, weak, json)).toMatchObject(invalidCode)
    expect(await failuresIn(world)).toEqual({})
  })

  test('a code that logged in raises nothing, and one that raised logs nobody in', async () => {
    const { world, weak, secret } = await openWeakWorld()
    expect((await logInWithTotp(world, secret)).status).toBe(200)
    expect(await stepUp(world, weak, byTotp(world, secret))).toMatchObject(invalidCode)
    nextStep(world)
    expect((await stepUp(world, weak, byTotp(world, secret))).status).toBe(200)
    expect(await logInWithTotp(world, secret)).toMatchObject(invalidCode)
  })

  test('a recovery code raises it too, and is used up', async () => {
    const { world, session, recoveryCodes } = await openTotpWorld()
    world.advance(600)
    const json = { method: 'recovery_code', code: recoveryCodes[0] }
    const raised = tokensOf(await stepUp(world, session, json))
    expect(raised.user.recoveryCodesLeft).toBe(9)
    expect(decodeJwt(raised.accessToken)).toMatchObject({ acr: 'aal2', auth_time: seconds(world) })
    expect(await stepUp(world, raised, json)).toMatchObject(invalidCode)
  })

  test('wrong codes count with those at log-ins', async () => {
    const { world, weak, secret } = await openWeakWorld()
    for (let count = 0; count < 5; count += 1) {
      const wrong = { method: 'totp', code: wrongCodeOf(world, secret) }
      const serverTime = world.clock.now().toISOString()
      expect(await stepUp(world, weak, wrong)).toMatchObject({ ...invalidCode, body: { serverTime } })
    }
    expect(await stepUp(world, weak, byTotp(world, secret))).toMatchObject({ status: 423 })
    expect(await logInWithTotp(world, secret)).toMatchObject({ status: 423, body: { code: 'second_factor_locked' } })
  })

  test('who has none can show none', async () => {
    const { world, session } = await openProvedWorld()
    expect(await stepUp(world, session, { method: 'totp', code: '123456' })).toMatchObject(invalidCode)
    const code = '0000-0000-0000-0000'
    expect(await stepUp(world, session, { method: 'recovery_code', code })).toMatchObject(invalidCode)
    const [listed] = sessionsOf(await world.send('GET /v1/sessions', { token: session.accessToken }))
    expect(listed).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
  })
})

test('the refresh token from before is replaced: for thirty seconds it gives those of now, and after that ends the session', async () => {
  const { world, session } = await openProvedWorld()
  const raised = tokensOf(await stepUp(world, session, byPassword()))
  const { accessToken, refreshToken } = await refresh(world, session)
  expect({ accessToken, refreshToken }).toEqual({ accessToken: raised.accessToken, refreshToken: raised.refreshToken })
  world.advance(31)
  const reused = await world.send('POST /v1/auth/refresh', { json: { refreshToken: session.refreshToken } })
  expect(reused).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } })
  expect(await stepUp(world, raised, byPassword())).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
})

test('only a live session steps up, and it ends no later for that', async () => {
  const { world, session } = await openProvedWorld({ SESSION_SECONDS: '7200', REFRESH_TOKEN_SECONDS: '3600' })
  expect((await world.send('POST /v1/auth/step-up', { json: byPassword() })).status).toBe(401)
  expect((await stepUp(world, session, { method: 'password' })).status).toBe(422)
  world.advance(600)
  const raised = tokensOf(await stepUp(world, session, byPassword()))
  expect(raised.refreshExpiresIn).toBe(3600)
  world.advance(600)
  let last = raised
  for (let minutes = 0; minutes < 80; minutes += 10) {
    last = tokensOf(await stepUp(world, last, byPassword()))
    world.advance(600)
  }
  expect(last.refreshExpiresIn).toBe(7200 - 1200 - 7 * 600)
  await world.send('POST /v1/auth/logout', { token: last.accessToken })
  expect(await stepUp(world, last, byPassword())).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
})
