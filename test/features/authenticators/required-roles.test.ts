import { describe, expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { roleAssignments } from '#db/schema/access'
import { trustedDevices } from '#db/schema/sessions'
import { grantRole } from '#features/admin/grant-role'
import { revokeRole } from '#features/admin/revoke-role'
import type { World } from '../../platform'
import { deviceTokenIn, tryLogIn } from '../accounts/lockouts'
import { isLive, tokensOf } from '../accounts/mailed'
import { eventsOf } from '../audit/events'
import { ada, grace, refresh } from '../people'
import {
  addTotp,
  challenge,
  challengeIn,
  codeOf,
  invalidChallenge,
  logInWithTotp,
  mfaStateOf,
  nextStep,
  openProvedWorld,
  openTotpWorld,
  outcomeOf,
  registerProved,
  secretIn,
  verifyTotp,
} from './second-factors'

const operator = (world: World) => world.contextOf({ kind: 'system', job: 'postern roles' })
const grant = (world: World, role = 'admin', email = ada.email) => grantRole(operator(world), email, role)

const later = (world: World, seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000).toISOString()

describe('to be given a role', () => {
  test('ends every session, once, and nobody else’s; it is recorded', async () => {
    const { world, session } = await openProvedWorld()
    const eve = await registerProved(world, grace)
    const events = await eventsOf(world, async () => {
      expect(await grant(world)).toBe(true)
    })
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'role.granted', data: { role: 'admin', expiresAt: null } },
      { type: 'session.ended', data: { reason: 'role_granted', count: 1 } },
    ])
    expect([await isLive(world, session), await isLive(world, eve)]).toEqual([false, true])
    const again = tokensOf(await tryLogIn(world, ada.password))
    expect(await grant(world)).toBe(false)
    expect(await isLive(world, again)).toBe(true)
    await expect(grant(world, 'admin', 'nobody@example.com')).rejects.toMatchObject({
      definition: { code: 'not_found' },
    })
  })

  test('ends a log-in that waits, and the trust in devices', async () => {
    const { world, secret } = await openTotpWorld()
    await logInWithTotp(world, secret, { trustDevice: true })
    nextStep(world)
    const { token } = await challenge(world)
    await grant(world)
    expect(await verifyTotp(world, token, codeOf(world, secret))).toMatchObject(invalidChallenge)
    expect(await world.db.select().from(trustedDevices)).toEqual([])
  })
})

describe('who must have a second factor by their role', () => {
  test('has a while for it, and has to set one up after that', async () => {
    const { world } = await openProvedWorld({ MFA_GRACE_SECONDS: '600' })
    await grant(world)
    const tokens = tokensOf(await tryLogIn(world, ada.password))
    expect(await mfaStateOf(world, tokens)).toMatchObject({ isRequired: true, dueAt: later(world, 600) })
    expect(tokens.refreshExpiresIn).toBe(600)
    world.advance(599)
    expect((await refresh(world, tokens)).refreshExpiresIn).toBe(1)
    world.advance(1)
    const { token, mustEnrol } = challengeIn(await tryLogIn(world, ada.password))
    expect(mustEnrol).toBe(true)
    const secret = secretIn(await world.send('POST /v1/auth/mfa/enrol', { json: { challengeToken: token } }))
    expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
  })

  test('may set one up even where second factors are off for all others, and so is never shut out', async () => {
    const { world } = await openProvedWorld({ MFA_POLICY: 'off', MFA_GRACE_SECONDS: '0' })
    await grant(world)
    const answer = await tryLogIn(world, ada.password)
    if (outcomeOf(answer) === 'session') return
    const json = { challengeToken: challengeIn(answer).token }
    expect((await world.send('POST /v1/auth/mfa/enrol', { json })).status).toBe(200)
  })

  test('can’t remove the last one, until they hold the role no more', async () => {
    const { world } = await openProvedWorld()
    await grant(world)
    const tokens = tokensOf(await tryLogIn(world, ada.password))
    await addTotp(world, tokens)
    const { accessToken: token } = tokens
    const remove = () => world.send('DELETE /v1/me/mfa/totp', { token })
    expect(await remove()).toMatchObject({ status: 409, body: { code: 'second_factor_required' } })
    expect(await revokeRole(operator(world), ada.email, 'admin')).toBe(true)
    expect(await revokeRole(operator(world), ada.email, 'admin')).toBe(false)
    expect((await remove()).status).toBe(204)
  })

  test('is asked on every device: none is trusted, whatever was asked for', async () => {
    const { world } = await openProvedWorld()
    await grant(world)
    const { secret } = await addTotp(world, tokensOf(await tryLogIn(world, ada.password)))
    nextStep(world)
    const answer = await logInWithTotp(world, secret, { trustDevice: true })
    expect(answer.status).toBe(200)
    expect(await world.db.select().from(trustedDevices)).toEqual([])
    expect(outcomeOf(await tryLogIn(world, ada.password, ada.email, deviceTokenIn(answer)))).toBe('challenge')
  })

  test('is asked on a device that they trusted before the role had to have one', async () => {
    const { world, secret } = await openTotpWorld()
    await grant(world, 'auditor')
    const device = deviceTokenIn(await logInWithTotp(world, secret, { trustDevice: true }))
    expect(outcomeOf(await tryLogIn(world, ada.password, ada.email, device))).toBe('session')
    const strict = world.startAnother({ MFA_REQUIRED_ROLES: 'admin, auditor' })
    expect(outcomeOf(await tryLogIn(strict, ada.password, ada.email, device))).toBe('challenge')
  })

  test('a session without one can’t be refreshed once the role has to have one; other people’s can', async () => {
    const { world } = await openProvedWorld()
    const eve = await registerProved(world, grace)
    await grant(world, 'auditor')
    const { refreshToken } = tokensOf(await tryLogIn(world, ada.password))
    const strict = world.startAnother({ MFA_REQUIRED_ROLES: 'auditor' })
    expect((await refresh(strict, eve)).sessionId).toBe(eve.sessionId)
    expect(await strict.send('POST /v1/auth/refresh', { json: { refreshToken } })).toMatchObject({ status: 401 })
    expect((await world.send('POST /v1/auth/refresh', { json: { refreshToken } })).status).toBe(200)
  })
})

test('other roles, roles that are over and an empty list ask for nothing', async () => {
  const { world, session } = await openProvedWorld({ MFA_GRACE_SECONDS: '0' })
  await grant(world, 'support')
  const assigned = { userId: session.user.id, role: 'admin', createdAt: world.clock.now() }
  await world.db
    .insert(roleAssignments)
    .values({ ...assigned, expiresAt: new Date(world.clock.now().getTime() + 1000) })
  expect(challengeIn(await tryLogIn(world, ada.password)).mustEnrol).toBe(true)
  const lenient = world.startAnother({ MFA_REQUIRED_ROLES: ' ' })
  expect(outcomeOf(await tryLogIn(lenient, ada.password))).toBe('session')
  world.advance(1)
  const tokens = tokensOf(await tryLogIn(world, ada.password))
  expect(decodeJwt(tokens.accessToken).acr).toBe('aal1')
  expect(await mfaStateOf(world, tokens)).toMatchObject({ isRequired: false, dueAt: null })
})
