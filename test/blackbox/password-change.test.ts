import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { fromOwnPage, logInWithCookies } from '../support/browser'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { listMails } from '../support/mailbox'
import type { SendOptions } from '../support/send'
import { expectAlive, expectEnded, expectNoLogIn } from '../support/sessions'
import { target } from '../target'

const server = await target()

const change = (credential: SendOptions, currentPassword: string, newPassword = freshPassword()) =>
  server.send('POST /v1/auth/password/change', { ...credential, json: { currentPassword, newPassword } })

test('a change sets the password, ends the other sessions and keeps the one that asks', async () => {
  const person = await given.person(server)
  const others = [await given.session(server, person), await given.session(server, person)]
  const password = freshPassword()
  const { accessToken } = person
  expect(await change({ accessToken }, person.password, password)).toMatchObject({ status: 204, text: '' })

  await expectAlive(server, person)
  for (const other of others) await expectEnded(server, other)
  await expectNoLogIn(server, person)
  expect((await given.session(server, { ...person, password })).user.id).toBe(person.user.id)
})

test('who does not know the current password changes nothing, and ends no session', async () => {
  const person = await given.person(server)
  const other = await given.session(server, person)
  const { accessToken } = person
  for (const wrong of [freshPassword(), '', `${person.password} `, person.password.toUpperCase()]) {
    expectProblem(await change({ accessToken }, wrong), 401, 'invalid_credentials')
  }
  await expectAlive(server, person)
  await expectAlive(server, other)
  await given.session(server, person)
  expect((await listMails(server, person.email)).map(({ template }) => template)).toEqual(['verify-email'])
})

test('the current password counts, not the one before or somebody else’s', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const second = freshPassword()
  expect((await change(ada, ada.password, second)).status).toBe(204)
  expectProblem(await change(ada, ada.password), 401, 'invalid_credentials')
  expectProblem(await change(eve, second), 401, 'invalid_credentials')
  expect((await change(ada, second)).status).toBe(204)
  await given.session(server, eve)
})

test('a password that is refused changes nothing', async () => {
  const person = await given.person(server)
  const other = await given.session(server, person)
  expectFaults(await change(person, person.password, 'short'), { '/newPassword': 'password_too_short' })
  expectFaults(await change(person, person.password, 'password1'), { '/newPassword': 'password_common' })
  await expectAlive(server, other)
  await given.session(server, person)
})

test('who has no password can’t change it, only reset it', async () => {
  const { accessToken } = await given.personWithoutPassword(server)
  for (const guess of ['', freshPassword()]) {
    expectProblem(await change({ accessToken }, guess), 401, 'invalid_credentials')
  }
})

test('a change voids what was mailed before: reset, log-in link, code and change of address', async () => {
  const person = await given.person(server)
  const { email } = person
  const token = await given.resetToken(server, email)
  const mail = await given.logInMail(server, email)
  const address = await given.emailChangeToken(server, person, freshEmail())
  expect((await change(person, person.password)).status).toBe(204)

  const reset = { token, newPassword: freshPassword() }
  const refusals = [
    await server.send('POST /v1/auth/password/reset', { json: reset }),
    await server.send('POST /v1/auth/email-link/consume', { json: { token: mail.token } }),
    await server.send('POST /v1/me/email/change/confirm', { json: { token: address } }),
  ]
  for (const refusal of refusals) expectProblem(refusal, 400, 'invalid_email_token')
  const code = await server.send('POST /v1/auth/email-link/consume', { json: { email, code: mail.code } })
  expectProblem(code, 400, 'invalid_email_code')
})

test('only a live session may ask', async () => {
  const person = await given.person(server)
  const { accessToken } = await given.session(server, person)
  await server.send('POST /v1/auth/logout', { accessToken })
  expectProblem(await change({ accessToken }, person.password), 401, 'session_revoked')
  expectProblem(await change({}, person.password), 401, 'unauthenticated')
  expectProblem(await change({ accessToken: 'not.a.token' }, person.password), 401, 'invalid_access_token')
  await given.session(server, person)
})

test('a cookie may ask from our own page, and keeps its session; from elsewhere it may not', async () => {
  const account = await given.provedAccount(server)
  const { cookie } = await logInWithCookies(server, account)
  const other = await given.session(server, account)
  for (const origin of [{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    const forged = await change({ headers: { ...cookie, ...origin } }, account.password)
    expectProblem(forged, 403, 'cross_site_request')
  }
  await expectAlive(server, other)
  const headers = { ...cookie, ...fromOwnPage }
  const both = await change({ headers, accessToken: other.accessToken }, account.password)
  expectProblem(both, 400, 'multiple_credentials')
  await given.session(server, account)

  expect((await change({ headers }, account.password)).status).toBe(204)
  expect((await server.send('GET /v1/me', { headers: cookie })).status).toBe(200)
  await expectEnded(server, other)
})
