import { describe, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { Secret } from 'otpauth'
import { totpAuthenticators } from '#db/schema/authenticators'
import { sessions } from '#db/schema/sessions'
import type { World } from '../../platform'
import { openWorld } from '../../platform'
import { logInWith, mailedTemplates } from '../accounts/mailed'
import { listEvents } from '../audit/events'
import { ada, registerAndLogIn } from '../people'
import {
  addTotp,
  beginTotp,
  codeOf,
  confirmTotp,
  invalidCode,
  mfaStateOf,
  needsStepUp,
  openProvedWorld,
  openTotpWorld,
  outcomeOf,
  secretIn,
} from './second-factors'

const rowsOf = (world: World) => world.db.select().from(totpAuthenticators)

const uriOf = (answer: Awaited<ReturnType<typeof beginTotp>>) => {
  const { otpauthUri, qrSvg } = Object(answer.body)
  return { uri: new URL(otpauthUri), qrSvg: String(qrSvg) }
}

test('what an app is told: 160 random bits, who it is of, and the parameters that every app takes', async () => {
  const { world, session } = await openProvedWorld({ APP_NAME: 'Difference & Co' })
  const answer = await beginTotp(world, session)
  const secret = secretIn(answer)
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  const { uri } = uriOf(answer)
  expect(uri.protocol + uri.host).toBe('otpauth:totp')
  expect(decodeURIComponent(uri.pathname)).toBe(`/Difference & Co:${ada.email}`)
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: 'Difference & Co',
    secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
})

test('the image is an SVG that nothing can run in, and another one for another secret', async () => {
  const { world, session } = await openProvedWorld()
  const [first, second] = [uriOf(await beginTotp(world, session)), uriOf(await beginTotp(world, session))]
  expect(first.qrSvg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 (\d+) \1"/)
  expect(first.qrSvg).toEndWith('</svg>')
  expect(first.qrSvg).not.toMatch(/<script|<foreignObject|href|\bon\w+=/i)
  expect(second.uri.href).not.toBe(first.uri.href)
  expect(second.qrSvg).not.toBe(first.qrSvg)
})

test('the secret is nowhere at rest, in no spelling: neither in its row, nor in a mail, an event or the log', async () => {
  const { world, session } = await openProvedWorld()
  const { secret } = await addTotp(world, session, 'Phone')
  await world.settle()
  const [row] = await rowsOf(world)
  expect(row?.sealedSecret).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]{16}\.[\w-]+$/)
  const kept = JSON.stringify([row, await listEvents(world), world.outbox, world.logs]).toUpperCase()
  const bytes = Secret.fromBase32(secret)
  const spellings = [secret, bytes.hex, new Uint8Array(bytes.buffer).toBase64({ alphabet: 'base64url' })]
  const parts = spellings.flatMap((text) => text.toUpperCase().match(/.{8}/g) ?? [])
  expect(parts.length).toBeGreaterThan(10)
  for (const part of parts) expect(kept).not.toContain(part)
})

test('an app counts for nothing before a code of it was shown', async () => {
  const { world, session } = await openProvedWorld()
  const secret = secretIn(await beginTotp(world, session))
  expect(outcomeOf(await logInWith(world, ada.password))).toBe('session')
  expect(await mfaStateOf(world, session)).toEqual({
    methods: [],
    totp: [],
    recoveryCodesLeft: null,
    isRequired: false,
    dueAt: null,
  })
  expect(mailedTemplates(world)).not.toContain(`totp-added → ${ada.email}`)
  expect((await confirmTotp(world, session, codeOf(world, secret))).status).toBe(200)
  expect(outcomeOf(await logInWith(world, ada.password))).toBe('challenge')
})

test('to begin again gives up the app that was begun, and only the new one can be confirmed', async () => {
  const { world, session } = await openProvedWorld()
  const [first, second] = [secretIn(await beginTotp(world, session)), secretIn(await beginTotp(world, session))]
  expect(await rowsOf(world)).toHaveLength(1)
  expect(await confirmTotp(world, session, codeOf(world, first))).toMatchObject(invalidCode)
  expect((await confirmTotp(world, session, codeOf(world, second))).status).toBe(200)
})

test('to begin another one leaves those alone that count', async () => {
  const { world, session, secret } = await openTotpWorld()
  await beginTotp(world, session)
  expect((await rowsOf(world)).map(({ confirmedAt }) => confirmedAt !== null).sort()).toEqual([false, true])
  expect((await mfaStateOf(world, session)).totp).toHaveLength(1)
  expect(await confirmTotp(world, session, codeOf(world, secret))).toMatchObject(invalidCode)
})

test('there are ten apps at most, and with one less there is room again', async () => {
  const { world, session } = await openProvedWorld()
  for (let count = 1; count <= 10; count += 1) {
    await addTotp(world, session, `App ${count}`)
    world.advance(1)
  }
  expect(await beginTotp(world, session)).toMatchObject({ status: 409, body: { code: 'too_many_authenticators' } })
  const { totp } = await mfaStateOf(world, session)
  expect(totp.map(({ name }) => name)).toEqual(Array.from({ length: 10 }, (_, index) => `App ${index + 1}`))
  const { accessToken: token } = session
  expect((await world.send(`DELETE /v1/me/mfa/totp/${totp[3]?.id}`, { token })).status).toBe(204)
  await addTotp(world, session, 'App 11')
  expect(await beginTotp(world, session)).toMatchObject({ status: 409 })
})

test('the name is one line of text, and has a default', async () => {
  const { world, session } = await openProvedWorld()
  const { accessToken: token } = session
  for (const name of ['', ' ', 'x'.repeat(65), 'a\nb', 'a\u0000b', 7, null]) {
    expect(await world.send('POST /v1/me/mfa/totp', { token, json: { name } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/name' }] },
    })
  }
  await addTotp(world, session)
  expect((await mfaStateOf(world, session)).totp).toMatchObject([
    { name: 'Authenticator app', lastUsedAt: expect.any(String) },
  ])
})

describe('nobody begins', () => {
  test('where the address is not proved: whoever bound an app to another person’s address would keep the way in', async () => {
    const world = await openWorld()
    const session = await registerAndLogIn(world)
    expect(await beginTotp(world, session)).toMatchObject({ status: 403, body: { code: 'email_unverified' } })
    expect(await rowsOf(world)).toEqual([])
  })

  test('without a session, or after it', async () => {
    const { world, session } = await openProvedWorld()
    expect(await world.send('POST /v1/me/mfa/totp', { json: {} })).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    })
    await world.send('POST /v1/auth/logout', { token: session.accessToken })
    expect(await beginTotp(world, session)).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
  })

  test('who logged in more than five minutes ago, before they step up', async () => {
    const { world, session } = await openProvedWorld()
    world.advance(300)
    expect((await beginTotp(world, session)).status).toBe(200)
    world.advance(1)
    const refused = await beginTotp(world, session)
    expect(refused).toMatchObject({ ...needsStepUp, body: { acrValues: 'aal1', maxAge: 300 } })
    expect(refused.headers.get('www-authenticate')).toMatch(/acr_values="aal1", max_age="300"$/)
  })

  test('who has a second factor and did not show it in this session', async () => {
    const { world, session } = await openTotpWorld()
    await world.db.update(sessions).set({ acr: 'aal1' }).where(eq(sessions.id, session.sessionId))
    const refused = await beginTotp(world, session)
    expect(refused).toMatchObject({ ...needsStepUp, body: { acrValues: 'aal2' } })
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_user_authentication"')
  })
})
