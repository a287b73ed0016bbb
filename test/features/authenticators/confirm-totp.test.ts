import { describe, expect, test } from 'bun:test'
import { isNotNull } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { totpAuthenticators } from '#db/schema/authenticators'
import { logInWith, mailedTemplates, mailOf } from '../accounts/mailed'
import { sessionsOf } from '../answers'
import { eventsOf } from '../audit/events'
import { ada, refresh } from '../people'
import {
  addTotp,
  beginTotp,
  challenge,
  codeOf,
  confirmTotp,
  invalidCode,
  mfaStateOf,
  needsStepUp,
  nextStep,
  openProvedWorld,
  openTotpWorld,
  outcomeOf,
  recoveryCodesIn,
  secretIn,
  verifyTotp,
  wrongCodeOf,
} from './second-factors'

const openBegunWorld = async () => {
  const { world, session } = await openProvedWorld()
  return { world, session, secret: secretIn(await beginTotp(world, session, 'Phone')) }
}

describe('the code that confirms an app', () => {
  test('makes it count, raises the session that did it and no other, and tells its owner', async () => {
    const { world, session, secret } = await openBegunWorld()
    world.advance(60)
    expect(outcomeOf(await logInWith(world, ada.password))).toBe('session')
    const events = await eventsOf(world, () => confirmTotp(world, session, codeOf(world, secret)))
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'authenticator.bound', data: { kind: 'totp' } },
    ])
    const listed = sessionsOf(await world.send('GET /v1/sessions', { token: session.accessToken }))
    expect(listed.map(({ current, acr, amr }) => ({ current, acr, amr }))).toEqual([
      { current: false, acr: 'aal1', amr: ['pwd'] },
      { current: true, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] },
    ])
    const mail = mailOf(world, 'totp-added')
    expect(mail).toMatchObject({ to: ada.email, data: { detail: 'Phone' } })
    expect(mail.text).toContain('“Phone”')
  })

  test('leaves the tokens of the session as they are, and the next ones say that it was raised', async () => {
    const { world, session, secret } = await openBegunWorld()
    world.advance(60)
    await confirmTotp(world, session, codeOf(world, secret))
    expect(decodeJwt(session.accessToken)).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
    const { accessToken } = await refresh(world, session)
    const authTime = world.clock.now().getTime() / 1000
    expect(decodeJwt(accessToken)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'], auth_time: authTime })
  })

  test('works no more: neither to confirm again, nor to log in', async () => {
    const { world, session, secret } = await openBegunWorld()
    const code = codeOf(world, secret)
    expect((await confirmTotp(world, session, code)).status).toBe(200)
    expect(await confirmTotp(world, session, code)).toMatchObject(invalidCode)
    const { token } = await challenge(world)
    expect(await verifyTotp(world, token, code)).toMatchObject(invalidCode)
    nextStep(world)
    expect(await verifyTotp(world, token, code)).toMatchObject(invalidCode)
    expect((await verifyTotp(world, token, codeOf(world, secret))).status).toBe(200)
  })

  test('may be of one step before or after, and of no other', async () => {
    for (const away of [-2, -1, 0, 1, 2]) {
      const { world, session, secret } = await openBegunWorld()
      const { status } = await confirmTotp(world, session, codeOf(world, secret, away))
      expect({ away, status }).toEqual({ away, status: Math.abs(away) > 1 ? 400 : 200 })
    }
  })

  test('that is wrong says what time it is here, and can be mended', async () => {
    const { world, session, secret } = await openBegunWorld()
    world.advance(7)
    expect(await confirmTotp(world, session, wrongCodeOf(world, secret))).toMatchObject({
      status: 400,
      body: { code: 'invalid_code', serverTime: world.clock.now().toISOString() },
    })
    expect(outcomeOf(await logInWith(world, ada.password))).toBe('session')
    expect((await confirmTotp(world, session, codeOf(world, secret))).status).toBe(200)
  })

  test('is six digits', async () => {
    const { world, session } = await openBegunWorld()
    const { accessToken: token } = session
    for (const code of ['', '12345', '1234567', '12345a', ' 123456', '12 3456', '１２３４５６', 123456, null]) {
      const answer = await world.send('POST /v1/me/mfa/totp/confirm', { token, json: { code } })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/code' }] } })
    }
  })

  test('is of the caller’s own app, and a fresh session’s', async () => {
    const { world, session, secret } = await openBegunWorld()
    world.advance(301)
    expect(await confirmTotp(world, session, codeOf(world, secret))).toMatchObject(needsStepUp)
    expect((await world.send('POST /v1/me/mfa/totp/confirm', { json: { code: '123456' } })).status).toBe(401)
  })

  test('without an app that was begun confirms nothing', async () => {
    const { world, session } = await openProvedWorld()
    expect(await confirmTotp(world, session, '123456')).toMatchObject(invalidCode)
  })
})

test('several apps with names, each with its own codes; the first alone brings recovery codes', async () => {
  const { world, session } = await openProvedWorld()
  const phone = await addTotp(world, session, 'Phone')
  expect(phone.recoveryCodes).toHaveLength(10)
  // Ids of one instant are in no order.
  world.advance(1)
  const begun = await beginTotp(world, session, 'Tablet')
  const confirmed = await confirmTotp(world, session, codeOf(world, secretIn(begun)))
  expect(confirmed.body).toEqual({ recoveryCodes: null })
  expect(recoveryCodesIn(confirmed)).toEqual([])
  const state = await mfaStateOf(world, session)
  expect(state).toMatchObject({ methods: ['totp', 'recovery_code'], recoveryCodesLeft: 10 })
  expect(state.totp.map(({ name }) => name)).toEqual(['Phone', 'Tablet'])

  nextStep(world)
  for (const secret of [phone.secret, secretIn(begun)]) {
    expect((await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret))).status).toBe(200)
  }
  const added = mailedTemplates(world).filter((mail) => mail.startsWith('totp-added'))
  expect(added).toHaveLength(2)
})

test('when an app was last used is shown, by its own codes only', async () => {
  const { world, session, secret } = await openTotpWorld()
  await addTotp(world, session, 'Tablet')
  const tablet = world.clock.now().toISOString()
  nextStep(world)
  await verifyTotp(world, (await challenge(world)).token, codeOf(world, secret))
  const { totp } = await mfaStateOf(world, session)
  expect(totp.map(({ lastUsedAt }) => lastUsedAt)).toEqual([world.clock.now().toISOString(), tablet])
})

test('an app that was begun while there was room is not confirmed as the eleventh', async () => {
  const { world, session } = await openProvedWorld()
  for (let count = 1; count <= 9; count += 1) await addTotp(world, session, `App ${count}`)
  const secret = secretIn(await beginTotp(world, session))
  // As another request leaves it that began an app at the same moment.
  const [row] = await world.db.select().from(totpAuthenticators).where(isNotNull(totpAuthenticators.confirmedAt))
  if (row) await world.db.insert(totpAuthenticators).values({ ...row, id: world.platform.ids.next() })
  expect((await confirmTotp(world, session, codeOf(world, secret))).status).toBeWithin(400, 500)
  expect((await mfaStateOf(world, session)).totp).toHaveLength(10)
})

test('an app gets another name, in a session that is fresh', async () => {
  const { world, session } = await openTotpWorld()
  const [{ id } = { id: '' }] = (await mfaStateOf(world, session)).totp
  const rename = (name: unknown) =>
    world.send(`PATCH /v1/me/mfa/totp/${id}`, { token: session.accessToken, json: { name } })
  const events = await eventsOf(world, () => rename(' Old phone '))
  expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
    { type: 'authenticator.renamed', data: { kind: 'totp' } },
  ])
  expect((await mfaStateOf(world, session)).totp).toMatchObject([{ id, name: 'Old phone' }])
  for (const name of ['', 'x'.repeat(65), 'a\nb', null]) expect((await rename(name)).status).toBe(422)
  world.advance(301)
  expect(await rename('Later')).toMatchObject(needsStepUp)
})
