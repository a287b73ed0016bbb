import { describe, expect, test } from 'bun:test'
import { recoveryCodes as recoveryCodesTable, totpAuthenticators } from '#db/schema/authenticators'
import { trustedDevices } from '#db/schema/sessions'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { deviceTokenIn, tryLogIn } from '../accounts/lockouts'
import { logInWith, mailedTemplates, mailOf, tokensOf } from '../accounts/mailed'
import { sessionsOf } from '../answers'
import { eventsOf } from '../audit/events'
import { ada, grace, refresh } from '../people'
import {
  addTotp,
  beginTotp,
  challenge,
  codeOf,
  logInWithTotp,
  mfaStateOf,
  needsStepUp,
  nextStep,
  openTotpWorld,
  outcomeOf,
  registerProved,
  stepUp,
  verifyRecoveryCode,
} from './second-factors'

type Bearer = Pick<TokenSet, 'accessToken'>

const removeAll = (world: World, { accessToken: token }: Bearer) => world.send('DELETE /v1/me/mfa/totp', { token })

const remove = (world: World, { accessToken: token }: Bearer, id = '') =>
  world.send(`DELETE /v1/me/mfa/totp/${id}`, { token })

const rename = (world: World, { accessToken: token }: Bearer, id: string | undefined, name: unknown) =>
  world.send(`PATCH /v1/me/mfa/totp/${id}`, { token, json: { name } })

const idsOf = async (world: World, caller: Bearer) => (await mfaStateOf(world, caller)).totp.map(({ id }) => id)

/** What a list says of each session: by its id. */
const levelsOf = async (world: World, { accessToken: token }: Bearer) =>
  Object.fromEntries(
    sessionsOf(await world.send('GET /v1/sessions', { token })).map(({ id, acr, amr }) => [
      id,
      `${acr} ${amr.join(' ')}`,
    ]),
  )

/** Ada has two apps, and a session that each of them opened. */
const openTwoAppsWorld = async () => {
  const { world, session, secret } = await openTotpWorld()
  const tablet = await addTotp(world, session, 'Tablet')
  nextStep(world)
  const byPhone = tokensOf(await logInWithTotp(world, secret))
  const byTablet = tokensOf(await logInWithTotp(world, tablet.secret))
  const [phoneId, tabletId] = await idsOf(world, session)
  return { world, session, byPhone, byTablet, phoneId, tabletId, tabletSecret: tablet.secret }
}

describe('the last app that is removed', () => {
  test('lowers every session at once, the one that asked too', async () => {
    const { world, session, secret } = await openTotpWorld()
    const other = tokensOf(await logInWithTotp(world, secret))
    expect((await removeAll(world, session)).status).toBe(204)
    const lowered = { [session.sessionId]: 'aal1 pwd', [other.sessionId]: 'aal1 pwd' }
    expect(await levelsOf(world, session)).toEqual(lowered)
    const { accessToken } = await refresh(world, other)
    expect(await levelsOf(world, { accessToken })).toEqual(lowered)
    await addTotp(world, session)
    expect(await beginTotp(world, other)).toMatchObject({ ...needsStepUp, body: { acrValues: 'aal2' } })
  })

  test('lowers one that a recovery code opened or raised', async () => {
    const { world, session, recoveryCodes } = await openTotpWorld()
    const [one = '', two] = recoveryCodes
    const opened = tokensOf(await verifyRecoveryCode(world, (await challenge(world)).token, one))
    await stepUp(world, session, { method: 'recovery_code', code: two })
    expect((await removeAll(world, session)).status).toBe(204)
    expect(Object.values(await levelsOf(world, opened))).toEqual(['aal1 pwd', 'aal1 pwd'])
  })

  test('takes the recovery codes and the trusted devices along', async () => {
    const { world, session, secret, recoveryCodes } = await openTotpWorld()
    const device = { 'device-token': deviceTokenIn(await logInWithTotp(world, secret, { trustDevice: true })) }
    expect((await removeAll(world, session)).status).toBe(204)
    for (const table of [totpAuthenticators, recoveryCodesTable, trustedDevices]) {
      expect(await world.db.select().from(table)).toEqual([])
    }
    expect(await mfaStateOf(world, session)).toMatchObject({ methods: [], totp: [], recoveryCodesLeft: null })
    expect(outcomeOf(await tryLogIn(world, ada.password))).toBe('session')

    const again = await addTotp(world, session)
    expect(again.recoveryCodes).toHaveLength(10)
    const challenged = await challenge(world, ada, device)
    expect((await verifyRecoveryCode(world, challenged.token, recoveryCodes[0] ?? '')).status).toBe(400)
  })

  test('is told to its owner by name, and recorded', async () => {
    const { world, session } = await openTotpWorld()
    const events = await eventsOf(world, () => removeAll(world, session))
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'authenticator.removed', data: { kind: 'totp' } },
    ])
    expect(mailOf(world, 'totp-removed')).toMatchObject({ to: ada.email, data: { detail: 'Authenticator app' } })
  })
})

describe('one of two apps that is removed', () => {
  test('lowers the sessions that it opened or raised, and no other', async () => {
    const { world, session, byPhone, byTablet, phoneId, tabletId } = await openTwoAppsWorld()
    expect((await remove(world, byPhone, tabletId)).status).toBe(204)
    expect(await levelsOf(world, byPhone)).toEqual({
      // The session that bound the tablet was raised by it last.
      [session.sessionId]: 'aal1 pwd',
      [byPhone.sessionId]: 'aal2 pwd otp mfa',
      [byTablet.sessionId]: 'aal1 pwd',
    })
    expect((await remove(world, byTablet, phoneId)).status).toBe(401)
    expect(await idsOf(world, byPhone)).toEqual([String(phoneId)])
  })

  test('leaves the other and the recovery codes', async () => {
    const { world, byPhone, tabletId, phoneId, tabletSecret } = await openTwoAppsWorld()
    expect((await remove(world, byPhone, phoneId)).status).toBe(204)
    nextStep(world)
    expect((await logInWithTotp(world, tabletSecret)).status).toBe(200)
    expect(await idsOf(world, byPhone)).toEqual([String(tabletId)])
    expect(await mfaStateOf(world, byPhone)).toMatchObject({
      methods: ['totp', 'recovery_code'],
      recoveryCodesLeft: 10,
    })
  })
})

describe('nobody removes an app', () => {
  test('who showed more than five minutes ago that it is them, before they step up', async () => {
    const { world, session, secret } = await openTotpWorld()
    world.advance(300)
    const refused = await removeAll(world, session)
    expect(refused).toMatchObject({ ...needsStepUp, body: { acrValues: 'aal2', maxAge: 300 } })
    const header = refused.headers.get('www-authenticate') ?? ''
    for (const part of [
      'Bearer realm=',
      'error="insufficient_user_authentication"',
      'acr_values="aal2"',
      'max_age="300"',
    ]) {
      expect(header).toContain(part)
    }
    expect(
      (await removeAll(world, tokensOf(await stepUp(world, session, { method: 'totp', code: codeOf(world, secret) }))))
        .status,
    ).toBe(204)
  })

  test('who logged in without it', async () => {
    const { world, session, secret } = await openTotpWorld()
    const device = { 'device-token': deviceTokenIn(await logInWithTotp(world, secret, { trustDevice: true })) }
    const weak = tokensOf(await logInWith(world, ada.password, ada.email, device))
    const [id] = await idsOf(world, session)
    for (const refused of [
      await removeAll(world, weak),
      await remove(world, weak, id),
      await rename(world, weak, id, 'Mine'),
    ]) {
      expect(refused).toMatchObject(needsStepUp)
    }
    nextStep(world)
    const raised = tokensOf(await stepUp(world, weak, { method: 'totp', code: codeOf(world, secret) }))
    expect((await removeAll(world, raised)).status).toBe(204)
  })

  test('whose it is not, or where there is none', async () => {
    const { world, session } = await openTotpWorld()
    const [adas] = await idsOf(world, session)
    const eve = await registerProved(world, grace)
    expect(await removeAll(world, eve)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    await addTotp(world, eve)
    for (const id of [adas, crypto.randomUUID()]) {
      expect(await remove(world, eve, id)).toMatchObject({ status: 404, body: { code: 'not_found' } })
      expect(await rename(world, eve, id, 'Mine')).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    expect(await remove(world, eve, 'x')).toMatchObject({ status: 404 })
    expect((await mfaStateOf(world, session)).totp).toMatchObject([{ id: adas, name: 'Authenticator app' }])
    expect(mailedTemplates(world)).not.toContain(`totp-removed → ${ada.email}`)
  })
})
