import { describe, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { secondFactorDemands } from '#db/schema/authenticators'
import type { World } from '../../platform'
import { tryLogIn } from '../accounts/lockouts'
import { tokensOf } from '../accounts/mailed'
import { sessionsOf } from '../answers'
import { ada, grace, refresh } from '../people'
import {
  addTotp,
  beginTotp,
  logInWithTotp,
  mfaStateOf,
  openProvedWorld,
  openTotpWorld,
  outcomeOf,
  registerProved,
  stepUp,
} from './second-factors'

const off = { status: 403, body: { code: 'second_factors_off' } }
const noRefresh = { status: 401, body: { code: 'invalid_refresh_token' } }
const required = { MFA_POLICY: 'required', MFA_GRACE_SECONDS: '3600' } as const

const expiryOf = async (world: World, { accessToken: token }: { accessToken: string }) =>
  sessionsOf(await world.send('GET /v1/sessions', { token })).find(({ current }) => current)?.expiresAt

const later = (world: World, seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000).toISOString()

describe('where second factors are off', () => {
  test('nobody adds one, and who has one is asked for it all the same', async () => {
    const { world, session, secret } = await openTotpWorld()
    const closed = world.startAnother({ MFA_POLICY: 'off' })
    expect(await beginTotp(closed, session)).toMatchObject(off)
    expect(outcomeOf(await tryLogIn(closed, ada.password))).toBe('challenge')
    expect((await logInWithTotp(closed, secret)).status).toBe(200)
    expect((await closed.send('DELETE /v1/me/mfa/totp', { token: session.accessToken })).status).toBe(204)
    expect(outcomeOf(await tryLogIn(closed, ada.password))).toBe('session')
  })
})

describe('where they are optional', () => {
  test('nobody must have one, and nothing is due', async () => {
    const { world, session } = await openProvedWorld({ MFA_GRACE_SECONDS: '0' })
    expect(await mfaStateOf(world, session)).toMatchObject({ isRequired: false, dueAt: null })
    expect(await world.db.select().from(secondFactorDemands)).toEqual([])
    expect((await refresh(world, session)).user.recoveryCodesLeft).toBeNull()
  })
})

describe('where everybody must have one', () => {
  test('there is a while from the first log-in on: sessions end when it does, and say so', async () => {
    const { world, session } = await openProvedWorld(required)
    const dueAt = later(world, 3600)
    expect(await mfaStateOf(world, session)).toMatchObject({ isRequired: true, dueAt })
    expect(await expiryOf(world, session)).toBe(dueAt)
    world.advance(1000)
    const next = tokensOf(await tryLogIn(world, ada.password))
    expect(next.refreshExpiresIn).toBe(2600)
    expect(decodeJwt(next.accessToken)).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
    world.advance(2500)
    const last = await refresh(world, next)
    expect([last.expiresIn, last.refreshExpiresIn]).toEqual([100, 100])
    world.advance(100)
    expect(await world.send('GET /v1/me', { token: last.accessToken })).toMatchObject({ status: 401 })
    const { refreshToken } = last
    expect(await world.send('POST /v1/auth/refresh', { json: { refreshToken } })).toMatchObject(noRefresh)
    expect(outcomeOf(await tryLogIn(world, ada.password))).toBe('challenge')
  })

  test('who adds one in time has a session that ends when any other would, and nothing is due', async () => {
    const { world, session } = await openProvedWorld(required)
    world.advance(60)
    const { secret } = await addTotp(world, session)
    expect(await mfaStateOf(world, session)).toMatchObject({
      isRequired: true,
      dueAt: null,
      methods: ['totp', 'recovery_code'],
    })
    world.advance(3600)
    expect(decodeJwt((await refresh(world, session)).accessToken).acr).toBe('aal2')
    expect((await logInWithTotp(world, secret)).status).toBe(200)
  })

  test('a step-up by the password lengthens nothing', async () => {
    const { world, session } = await openProvedWorld(required)
    world.advance(600)
    const raised = tokensOf(await stepUp(world, session, { method: 'password', password: ada.password }))
    expect(raised.refreshExpiresIn).toBe(3000)
  })

  test('a session from before it was so can’t be refreshed without one, and one with it can', async () => {
    const { world, session } = await openProvedWorld()
    const weak = tokensOf(await tryLogIn(world, ada.password))
    await addTotp(world, session)
    const eve = await registerProved(world, grace)
    const demanding = world.startAnother(required)
    for (const { refreshToken } of [weak, eve]) {
      expect(await demanding.send('POST /v1/auth/refresh', { json: { refreshToken } })).toMatchObject(noRefresh)
    }
    expect(decodeJwt((await refresh(demanding, session)).accessToken).acr).toBe('aal2')
    expect(tokensOf(await tryLogIn(demanding, grace.password, grace.email)).refreshExpiresIn).toBe(3600)
  })

  test('the last one can’t be removed, one of two can', async () => {
    const { world, session } = await openTotpWorld()
    const demanding = world.startAnother(required)
    const { accessToken: token } = session
    const stays = { status: 409, body: { code: 'second_factor_required' } }
    expect(await demanding.send('DELETE /v1/me/mfa/totp', { token })).toMatchObject(stays)
    await addTotp(demanding, session, 'Tablet')
    expect(await demanding.send('DELETE /v1/me/mfa/totp', { token })).toMatchObject(stays)
    const [phone, tablet] = (await mfaStateOf(demanding, session)).totp
    expect((await demanding.send(`DELETE /v1/me/mfa/totp/${phone?.id}`, { token })).status).toBe(204)
    expect(await demanding.send(`DELETE /v1/me/mfa/totp/${tablet?.id}`, { token })).toMatchObject(stays)
    await beginTotp(demanding, session)
    expect(await demanding.send('DELETE /v1/me/mfa/totp', { token })).toMatchObject(stays)
    expect((await mfaStateOf(demanding, session)).totp).toHaveLength(1)
  })
})
