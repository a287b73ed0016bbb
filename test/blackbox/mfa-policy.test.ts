import { expect, test } from 'bun:test'
import { freshPassword, given } from '../given'
import { fromOwnPage, toBrowserSession } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import { type Challenge, challengeIn, mfaStateOf, TotpSecret, verify, verifyTotp } from '../support/second-factors'
import type { Server } from '../support/server'
import { logIn } from '../support/sessions'
import { TokenSet } from '../support/shapes'
import { openTotpApp, stepAt, totpCode } from '../support/totp'
import { target } from '../target'

const graceful = await target({ MFA_POLICY: 'required', MFA_GRACE_SECONDS: '3600' })
const strict = await target({ MFA_POLICY: 'required', MFA_GRACE_SECONDS: '0' })

const enrol = async (server: Server, { token }: Pick<Challenge, 'token'>) =>
  TotpSecret.parse((await server.send('POST /v1/auth/mfa/enrol', { json: { challengeToken: token } })).json).secret

const currentCode = (secret: string) => totpCode(secret, stepAt(new Date()))

test('where everybody must have one, there is a while to set it up: the session says until when, and ends then', async () => {
  const account = await given.provedAccount(graceful)
  const tokens = await given.session(graceful, account)
  expect(tokens.refreshExpiresIn).toBeWithin(3590, 3601)
  expect(takeApart(tokens.accessToken).payload).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
  const { isRequired, dueAt } = await mfaStateOf(graceful, tokens)
  expect(isRequired).toBe(true)
  expect(Date.parse(dueAt ?? '') - Date.now()).toBeWithin(3_500_000, 3_600_001)
  const next = await given.session(graceful, account)
  expect((await mfaStateOf(graceful, next)).dueAt).toBe(dueAt)
  expect((await given.refreshed(graceful, tokens.refreshToken)).refreshExpiresIn).toBeLessThan(3601)
})

test('who sets one up in that while has a session that lasts, and can’t remove the last one', async () => {
  const person = await given.personWithTotp(graceful)
  const { accessToken } = person
  expect(await mfaStateOf(graceful, person)).toMatchObject({ isRequired: true, dueAt: null })
  expect((await given.refreshed(graceful, person.refreshToken)).refreshExpiresIn).toBeGreaterThan(600_000)
  const [{ id } = { id: '' }] = (await mfaStateOf(graceful, person)).totp
  for (const route of ['DELETE /v1/me/mfa/totp', `DELETE /v1/me/mfa/totp/${id}`]) {
    expectProblem(await graceful.send(route, { accessToken }), 409, 'second_factor_required')
  }
  await given.totpApp(graceful, person, 'Tablet')
  expect((await graceful.send(`DELETE /v1/me/mfa/totp/${id}`, { accessToken })).status).toBe(204)
  expectProblem(await graceful.send('DELETE /v1/me/mfa/totp', { accessToken }), 409, 'second_factor_required')
})

test('when the while is over, a log-in waits until one is set up, and ends with its first code', async () => {
  const account = await given.provedAccount(strict)
  const challenge = challengeIn(await logIn(strict, account))
  expect(challenge).toMatchObject({ methods: [], mustEnrol: true })
  expectProblem(await verifyTotp(strict, challenge, '271828'), 400, 'invalid_code')
  const secret = await enrol(strict, challenge)
  const app = openTotpApp(secret, stepAt(new Date()) - 1)
  expectProblem(await verifyTotp(strict, challenge, app.wrong()), 400, 'invalid_code')
  const reply = await verifyTotp(strict, challenge, app.next())
  const tokens = TokenSet.parse(reply.json)
  expect(reply.headers.get('device-token')).toStartWith('pdt_')
  expect(takeApart(tokens.accessToken).payload).toMatchObject({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'] })
  expect(tokens.refreshExpiresIn).toBeGreaterThan(600_000)
  expect(await mfaStateOf(strict, tokens)).toMatchObject({ methods: ['totp'], isRequired: true, dueAt: null })
  expectProblem(await verifyTotp(strict, challenge, app.next()), 400, 'invalid_challenge')
})

test('by cookie it ends in our own page only', async () => {
  const { email, password } = await given.provedAccount(strict)
  const json = { email, password, transport: 'cookie' }
  const challenge = challengeIn(await strict.send('POST /v1/auth/login', { headers: fromOwnPage, json }))
  const secret = await enrol(strict, challenge)
  const shown = () => ({ method: 'totp', code: currentCode(secret) })
  expectProblem(await verify(strict, challenge, shown(), fromOwnPage), 400, 'invalid_challenge')
  const byCookie = () => ({ ...shown(), transport: 'cookie' })
  expectProblem(
    await verify(strict, challenge, byCookie(), { 'sec-fetch-site': 'cross-site' }),
    403,
    'cross_site_request',
  )
  const { access } = toBrowserSession(await verify(strict, challenge, byCookie(), fromOwnPage))
  expect(takeApart(access.value).payload.acr).toBe('aal2')
})

test('neither a mailed link nor a new password lets anybody off', async () => {
  const account = await given.provedAccount(strict)
  const { token } = await given.logInMail(strict, account.email)
  const linked = challengeIn(await strict.send('POST /v1/auth/email-link/consume', { json: { token } }))
  expect(linked.mustEnrol).toBe(true)
  const newPassword = freshPassword()
  const json = { token: await given.resetToken(strict, account.email), newPassword }
  expect((await strict.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
  const reply = await logIn(strict, { email: account.email, password: newPassword })
  expect(challengeIn(reply).mustEnrol).toBe(true)
  const begun = await strict.send('POST /v1/auth/mfa/enrol', { json: { challengeToken: linked.token } })
  expectProblem(begun, 400, 'invalid_challenge')
})

test('a log-in that waits for it opens nothing else', async () => {
  const challenge = challengeIn(await logIn(strict, await given.provedAccount(strict)))
  const { token } = challenge
  for (const route of ['GET /v1/me', 'GET /v1/me/mfa', 'POST /v1/me/mfa/totp', 'POST /v1/me/passkeys/options']) {
    const reply = await strict.send(route, { accessToken: token, ...(route.endsWith('totp') && { json: {} }) })
    expectProblem(reply, 401, 'invalid_access_token')
  }
  expectProblem(
    await strict.send('POST /v1/auth/passkey/options', { json: { challengeToken: token } }),
    400,
    'invalid_challenge',
  )
})

test('once its owner has set one up, an older log-in sets up no other', async () => {
  const account = await given.provedAccount(strict)
  const [stranger, owner] = [await given.challenge(strict, account), await given.challenge(strict, account)]
  const secret = await enrol(strict, owner)
  expect((await verifyTotp(strict, owner, currentCode(secret))).status).toBe(200)
  const begun = await strict.send('POST /v1/auth/mfa/enrol', { json: { challengeToken: stranger.token } })
  expectProblem(begun, 400, 'invalid_challenge')
  expect(challengeIn(await logIn(strict, account)).methods).toEqual(['totp'])
})
