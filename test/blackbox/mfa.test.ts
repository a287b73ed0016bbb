import { expect, test } from 'bun:test'
import * as z from 'zod'
import { given } from '../given'
import { fromOwnPage, toBrowserSession } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import { challengeIn, mfaStateOf, verify, verifyRecoveryCode, verifyTotp } from '../support/second-factors'
import type { Reply } from '../support/send'
import { expectAlive } from '../support/sessions'
import { CookieTokenSet, SessionPage, TokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()

const logIn = (json: object, headers: Record<string, string> = {}) =>
  server.send('POST /v1/auth/login', { json, headers })

/** A log-in by password whose tokens will be put in cookies. */
const pageChallenge = async ({ email, password }: { email: string; password: string }) =>
  challengeIn(await logIn({ email, password, transport: 'cookie' }, fromOwnPage))

const tokensIn = (reply: Reply): TokenSet => {
  expect(reply.status).toBe(200)
  return TokenSet.parse(reply.json)
}

test('who has a second factor gets a challenge for the right password, and nothing else', async () => {
  const { email, password } = await given.personWithTotp(server)
  for (const transport of ['bearer', 'cookie']) {
    const reply = await logIn({ email, password, transport }, fromOwnPage)
    const challenge = challengeIn(reply)
    expect(challenge).toMatchObject({ methods: ['totp', 'recovery_code'], mustEnrol: false })
    expect(reply.headers.getSetCookie()).toEqual([])
    for (const name of ['device-token', 'x-csrf-token']) expect(reply.headers.get(name)).toBeNull()
    expect(reply.text).not.toContain(email)
  }
  expectProblem(await logIn({ email, password: `${password}x` }), 401, 'invalid_credentials')
})

test('a code finishes it: the tokens say what was shown and how strongly, as the list of sessions does', async () => {
  const person = await given.personWithTotp(server)
  const before = Math.floor(Date.now() / 1000)
  const reply = await verifyTotp(server, await given.challenge(server, person), person.app.next())
  const tokens = tokensIn(reply)
  expect(reply.headers.get('device-token')).toStartWith('pdt_')
  const { payload } = takeApart(tokens.accessToken)
  expect(payload).toMatchObject({ sub: person.user.id, sid: tokens.sessionId, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
  expect(Number(payload.auth_time)).toBeWithin(before, before + 60)
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', tokens)).json)
  expect(items.map(({ id, current, acr }) => ({ id, current, acr }))).toEqual([
    { id: tokens.sessionId, current: true, acr: 'aal2' },
    { id: person.sessionId, current: false, acr: 'aal2' },
  ])
  await expectAlive(server, tokens)
})

test('a challenge works once', async () => {
  const { app, recoveryCodes, ...person } = await given.personWithTotp(server)
  const challenge = await given.challenge(server, person)
  tokensIn(await verifyTotp(server, challenge, app.next()))
  expectProblem(await verifyTotp(server, challenge, app.next()), 400, 'invalid_challenge')
  expectProblem(await verifyRecoveryCode(server, challenge, recoveryCodes[0] ?? ''), 400, 'invalid_challenge')
  expect((await mfaStateOf(server, person)).recoveryCodesLeft).toBe(10)
})

test('a code works once, whichever challenge it is for', async () => {
  const { app, ...person } = await given.personWithTotp(server)
  const [first, second] = [await given.challenge(server, person), await given.challenge(server, person)]
  const code = app.next()
  tokensIn(await verifyTotp(server, first, code))
  for (const _ of [1, 2, 3, 4, 5, 6]) {
    const refused = await verifyTotp(server, second, code)
    expectProblem(refused, 400, 'invalid_code')
    const { serverTime } = z.looseObject({ serverTime: z.iso.datetime() }).parse(refused.json)
    expect(Math.abs(Date.parse(serverTime) - Date.now())).toBeLessThan(60_000)
  }
  tokensIn(await verifyTotp(server, second, app.next()))
})

test('a challenge is good for the transport that the log-in asked for, and is not used up by another', async () => {
  const { app, ...person } = await given.personWithTotp(server)
  const [bearer, cookie] = [await given.challenge(server, person), await pageChallenge(person)]
  const code = app.next()
  const crossed = [
    await verify(server, bearer, { method: 'totp', code, transport: 'cookie' }, fromOwnPage),
    await verify(server, cookie, { method: 'totp', code, transport: 'bearer' }, fromOwnPage),
    await verify(server, cookie, { method: 'totp', code }, fromOwnPage),
  ]
  for (const reply of crossed) {
    expectProblem(reply, 400, 'invalid_challenge')
    expect(reply.headers.getSetCookie()).toEqual([])
  }
  tokensIn(await verify(server, bearer, { method: 'totp', code, transport: 'bearer' }))
})

test('by cookie only our own page finishes a log-in, and has the tokens in cookies alone', async () => {
  const { app, ...person } = await given.personWithTotp(server)
  const challenge = await pageChallenge(person)
  const json = { method: 'totp', code: app.next(), transport: 'cookie' }
  for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    const forged = await verify(server, challenge, json, headers)
    expectProblem(forged, 403, 'cross_site_request')
    expect(forged.headers.getSetCookie()).toEqual([])
  }
  const { reply, access, refresh, device, cookie } = toBrowserSession(
    await verify(server, challenge, json, fromOwnPage),
  )
  expect(CookieTokenSet.parse(reply.json).user.id).toBe(person.user.id)
  expect(device?.value).toStartWith('pdt_')
  for (const { value } of [access, refresh]) expect(reply.text).not.toContain(value)
  expect(takeApart(access.value).payload).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
  expect((await server.send('GET /v1/me', { headers: cookie })).status).toBe(200)
})

test('one changed bit anywhere makes a challenge worthless, and costs it nothing', async () => {
  const { app, ...person } = await given.personWithTotp(server)
  const challenge = await given.challenge(server, person)
  const bytes = Uint8Array.fromBase64(challenge.token.slice(4), { alphabet: 'base64url' })
  const code = app.next()
  const statuses = await Promise.all(
    [...bytes.keys()].map(async (index) => {
      const changed = bytes.with(index, (bytes[index] ?? 0) ^ 1)
      const token = `plc_${changed.toBase64({ alphabet: 'base64url', omitPadding: true })}`
      return (await verifyTotp(server, { token }, code)).status
    }),
  )
  expect(new Set(statuses)).toEqual(new Set([400]))
  for (const token of [challenge.token.slice(4), challenge.token.toUpperCase(), `${challenge.token}A`, 'plc_', 'x']) {
    expectProblem(await verifyTotp(server, { token }, code), 400, 'invalid_challenge')
  }
  tokensIn(await verifyTotp(server, challenge, code))
})

test.each(['link', 'code'])('the mailed %s shows one factor, and waits for the second', async (way) => {
  const { app, email, user } = await given.personWithTotp(server)
  const { token, code } = await given.logInMail(server, email)
  const json = way === 'link' ? { token } : { email, code }
  const reply = await server.send('POST /v1/auth/email-link/consume', { json })
  const challenge = challengeIn(reply)
  expect(reply.headers.get('device-token')).toBeNull()
  const tokens = tokensIn(await verifyTotp(server, challenge, app.next()))
  expect(tokens.user.id).toBe(user.id)
  expect(takeApart(tokens.accessToken).payload).toMatchObject({ acr: 'aal2', amr: ['otp', 'mfa'] })
})

test('the mailed link waits for the second factor by cookie too', async () => {
  const { app, email } = await given.personWithTotp(server)
  const { token } = await given.logInMail(server, email)
  const json = { token, transport: 'cookie' }
  const challenge = challengeIn(await server.send('POST /v1/auth/email-link/consume', { json, headers: fromOwnPage }))
  const shown = { method: 'totp', code: app.next() }
  expectProblem(await verify(server, challenge, shown), 400, 'invalid_challenge')
  toBrowserSession(await verify(server, challenge, { ...shown, transport: 'cookie' }, fromOwnPage))
})

test('who has no second factor logs in as before, and so does who registers', async () => {
  const open = await target({ EMAIL_VERIFICATION: 'optional' })
  const newcomer = await given.newcomer(open)
  expect(takeApart(newcomer.accessToken).payload).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
  const person = await given.person(server)
  expect(takeApart(person.accessToken).payload).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
  expect(await mfaStateOf(server, person)).toEqual({
    methods: [],
    totp: [],
    recoveryCodesLeft: null,
    isRequired: false,
    dueAt: null,
  })
})
