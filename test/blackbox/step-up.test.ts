import { expect, test } from 'bun:test'
import { freshPassword, given } from '../given'
import { fromOwnPage, logInWithCookies, toBrowserSession } from '../support/browser'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import type { Reply } from '../support/send'
import { expectEnded, logIn } from '../support/sessions'
import { CookieTokenSet, SessionPage, TokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()

const stepUp = ({ accessToken }: { accessToken: string }, json: object) =>
  server.send('POST /v1/auth/step-up', { accessToken, json })

const byPassword = ({ password }: { password: string }) => ({ method: 'password', password })

const raisedBy = (reply: Reply) => {
  expect(reply.status).toBe(200)
  const tokens = TokenSet.parse(reply.json)
  return { tokens, claims: takeApart(tokens.accessToken).payload }
}

/** Somebody with an app, and a session of theirs that was opened before they had it. */
const givenWeakSession = async () => {
  const person = await given.person(server)
  const weak = await given.session(server, person)
  return { person, weak, ...(await given.totpApp(server, person)) }
}

test('the password refreshes auth_time: the same session, new tokens, no higher level', async () => {
  const person = await given.person(server)
  const before = takeApart(person.accessToken).payload
  const { tokens, claims } = raisedBy(await stepUp(person, byPassword(person)))
  expect(tokens.sessionId).toBe(person.sessionId)
  expect(tokens.refreshToken).not.toBe(person.refreshToken)
  expect(claims).toMatchObject({ sid: person.sessionId, acr: 'aal1', amr: ['pwd'] })
  expect(Number(claims.auth_time)).toBeGreaterThanOrEqual(Number(before.auth_time))
  expect(claims.jti).not.toBe(before.jti)
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', tokens)).json)
  expect(items.map(({ id }) => id)).toEqual([person.sessionId])
})

test('the refresh token from before is the one that was just replaced, and two steps later ends the session', async () => {
  const person = await given.person(server)
  const { tokens } = raisedBy(await stepUp(person, byPassword(person)))
  expect(await given.refreshed(server, person.refreshToken)).toMatchObject({ refreshToken: tokens.refreshToken })
  const next = await given.refreshed(server, tokens.refreshToken)
  const reused = await server.send('POST /v1/auth/refresh', { json: { refreshToken: person.refreshToken } })
  expectProblem(reused, 401, 'invalid_refresh_token')
  await expectEnded(server, next)
})

test('a code of the app raises a session to aal2, and opens what needs that', async () => {
  const { weak, app } = await givenWeakSession()
  const refused = await server.send('POST /v1/me/mfa/recovery-codes', weak)
  expectProblem(refused, 401, 'insufficient_user_authentication')
  const { tokens, claims } = raisedBy(await stepUp(weak, { method: 'totp', code: app.next() }))
  expect(claims).toMatchObject({ sid: weak.sessionId, acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
  expect((await server.send('POST /v1/me/mfa/recovery-codes', tokens)).status).toBe(200)
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', tokens)).json)
  expect(items.find(({ current }) => current)).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
})

test('a recovery code does too, and is used up', async () => {
  const { weak, recoveryCodes } = await givenWeakSession()
  const json = { method: 'recovery_code', code: recoveryCodes[0] }
  const { tokens, claims } = raisedBy(await stepUp(weak, json))
  expect(claims).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
  expect(tokens.user.recoveryCodesLeft).toBe(9)
  expectProblem(await stepUp(tokens, json), 400, 'invalid_code')
})

test('the password raises nobody who has a second factor: what changes authenticators still asks for that', async () => {
  const { weak, person } = await givenWeakSession()
  const { tokens, claims } = raisedBy(await stepUp(weak, byPassword(person)))
  expect(claims.acr).toBe('aal1')
  const refused = await server.send('DELETE /v1/me/mfa/totp', tokens)
  expectProblem(refused, 401, 'insufficient_user_authentication')
  expect(refused.headers.get('www-authenticate')).toContain('acr_values="aal2"')
})

test('wrong passwords count like those at a log-in: the fifth locks', async () => {
  const person = await given.person(server)
  for (let count = 0; count < 5; count += 1) {
    const refused = await stepUp(person, { method: 'password', password: freshPassword() })
    expectProblem(refused, 401, 'invalid_credentials')
  }
  expectProblem(await stepUp(person, byPassword(person)), 423, 'account_locked')
  expectProblem(await logIn(server, person), 423, 'account_locked')
  expect((await server.send('GET /v1/me', person)).status).toBe(200)
})

test('wrong codes count, and lock the second factor for this session and for log-ins', async () => {
  const { weak, app, person } = await givenWeakSession()
  for (let count = 0; count < 5; count += 1) {
    expectProblem(await stepUp(weak, { method: 'totp', code: app.wrong() }), 400, 'invalid_code')
  }
  const code = app.next()
  expectProblem(await stepUp(weak, { method: 'totp', code }), 423, 'second_factor_locked')
  expectProblem(await stepUp(person, { method: 'totp', code }), 423, 'second_factor_locked')
  raisedBy(await stepUp(weak, byPassword(person)))
})

test('an authenticator that one does not have raises nothing', async () => {
  const person = await given.person(server)
  expectProblem(await stepUp(person, { method: 'totp', code: '271828' }), 400, 'invalid_code')
  const code = '0000-0000-0000-0000'
  expectProblem(await stepUp(person, { method: 'recovery_code', code }), 400, 'invalid_code')
  const { password: _, ...without } = { password: '', ...(await given.personWithoutPassword(server)) }
  expectProblem(await stepUp(without, byPassword(person)), 401, 'invalid_credentials')
})

test('another account’s code or password raises nothing', async () => {
  const [ada, eve] = [await givenWeakSession(), await given.personWithTotp(server)]
  expectProblem(await stepUp(ada.weak, { method: 'totp', code: eve.app.next() }), 400, 'invalid_code')
  const recovery = { method: 'recovery_code', code: eve.recoveryCodes[0] }
  expectProblem(await stepUp(ada.weak, recovery), 400, 'invalid_code')
  expectProblem(await stepUp(ada.weak, byPassword(eve)), 401, 'invalid_credentials')
})

test('by cookie the new tokens are in cookies alone, for our own page', async () => {
  const account = await given.provedAccount(server)
  const page = await logInWithCookies(server, account)
  const json = byPassword(account)
  const forged = { ...page.cookie, 'sec-fetch-site': 'cross-site' }
  expectProblem(await server.send('POST /v1/auth/step-up', { headers: forged, json }), 403, 'cross_site_request')
  const headers = { ...page.cookie, ...fromOwnPage }
  const raised = toBrowserSession(await server.send('POST /v1/auth/step-up', { headers, json }))
  CookieTokenSet.parse(raised.reply.json)
  expect(raised.access.value).not.toBe(page.access.value)
  expect(raised.refresh.value).not.toBe(page.refresh.value)
  for (const { value } of [raised.access, raised.refresh]) expect(raised.reply.text).not.toContain(value)
})

test('only a live session steps up, by a method and what it needs', async () => {
  const person = await given.person(server)
  expectProblem(await server.send('POST /v1/auth/step-up', { json: byPassword(person) }), 401, 'unauthenticated')
  expectFaultyField(await stepUp(person, { method: 'totp', code: '12345' }), '/code')
  expectFaultyField(await stepUp(person, { method: 'password' }), '/password')
  expectProblem(await stepUp(person, { method: 'email', code: '271828' }), 422, 'invalid_request')
  expectProblem(await stepUp(person, { ...byPassword(person), acr: 'aal2' }), 422, 'invalid_request')
  await server.send('POST /v1/auth/logout', person)
  expectProblem(await stepUp(person, byPassword(person)), 401, 'session_revoked')
})
