import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { logInWithCookies } from '../support/browser'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { listMails, waitForMail } from '../support/mailbox'
import { expectAlive, expectEnded, expectNoLogIn } from '../support/sessions'
import { target } from '../target'

const server = await target()

const forgot = (email: string) => server.send('POST /v1/auth/password/forgot', { json: { email } })
const reset = (token: string, newPassword = freshPassword()) =>
  server.send('POST /v1/auth/password/reset', { json: { token, newPassword } })

test('a reset sets the password and ends every session, those in cookies too', async () => {
  const person = await given.person(server)
  const { cookie } = await logInWithCookies(server, person)
  const password = freshPassword()
  const token = await given.resetToken(server, person.email)
  await expectAlive(server, person)
  expect(await reset(token, password)).toMatchObject({ status: 204, text: '' })

  await expectEnded(server, person)
  expectProblem(await server.send('GET /v1/me', { headers: cookie }), 401, 'session_revoked')
  await expectNoLogIn(server, person)
  expect((await given.session(server, { ...person, password })).user.id).toBe(person.user.id)
})

test('a token resets once', async () => {
  const { email } = await given.provedAccount(server)
  const password = freshPassword()
  const token = await given.resetToken(server, email)
  expect((await reset(token, password)).status).toBe(204)
  for (const _ of [1, 2]) expectProblem(await reset(token), 400, 'invalid_email_token')
  await given.session(server, { email, password })
})

test('asking again mails a new link and voids the old', async () => {
  const { email } = await given.provedAccount(server)
  const first = await given.resetToken(server, email)
  const second = await given.resetToken(server, email)
  expectProblem(await reset(first), 400, 'invalid_email_token')
  expect((await reset(second)).status).toBe(204)
})

test('what is no token resets nothing, and the token in the mail still works afterwards', async () => {
  const account = await given.provedAccount(server)
  const token = await given.resetToken(server, account.email)
  const swapped = token.startsWith('A') ? `B${token.slice(1)}` : `A${token.slice(1)}`
  for (const wrong of ['x', account.email, token.slice(1), `${token}A`, `${token}=`, ` ${token}`, swapped]) {
    expectProblem(await reset(wrong), 400, 'invalid_email_token')
  }
  expectFaults(await reset(''), { '/token': 'too_small' })
  expectFaults(await reset('x'.repeat(129)), { '/token': 'too_big' })
  await given.session(server, account)
  expect((await reset(token)).status).toBe(204)
})

test('a password that is refused leaves the token as it was, and the password', async () => {
  const account = await given.provedAccount(server)
  const token = await given.resetToken(server, account.email)
  for (const [password, code] of [
    ['short', 'password_too_short'],
    [`${account.email} and more`, 'password_contains_email'],
    ['password1', 'password_common'],
  ] as const) {
    expectFaults(await reset(token, password), { '/newPassword': code })
    await expectNoLogIn(server, { ...account, password })
  }
  await given.session(server, account)
  expect((await reset(token)).status).toBe(204)
})

test('a reset proves the address, and the link that was mailed for that is void', async () => {
  const { email } = await given.account(server)
  const verification = await given.verificationToken(server, email)
  const password = freshPassword()
  expect((await reset(await given.resetToken(server, email), password)).status).toBe(204)
  expect((await given.session(server, { email, password })).user.emailVerified).toBe(true)
  const late = await server.send('POST /v1/auth/email/verify', { json: { token: verification } })
  expectProblem(late, 400, 'invalid_email_token')
})

test('a reset gives a password to who has none', async () => {
  const { email, user } = await given.personWithoutPassword(server)
  const password = freshPassword()
  expect((await reset(await given.resetToken(server, email), password)).status).toBe(204)
  expect((await given.session(server, { email, password })).user.id).toBe(user.id)
})

test('a reset voids whatever else was mailed before: log-in link, code and change of address', async () => {
  const person = await given.person(server)
  const mail = await given.logInMail(server, person.email)
  const change = await given.emailChangeToken(server, person, freshEmail())
  expect((await reset(await given.resetToken(server, person.email))).status).toBe(204)

  const consume = (json: Record<string, string>) => server.send('POST /v1/auth/email-link/consume', { json })
  expectProblem(await consume({ email: person.email, code: mail.code }), 400, 'invalid_email_code')
  expectProblem(await consume({ token: mail.token }), 400, 'invalid_email_token')
  const confirm = await server.send('POST /v1/me/email/change/confirm', { json: { token: change } })
  expectProblem(confirm, 400, 'invalid_email_token')
})

test('a reset is for the account of the token, whoever’s session comes along', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const json = { token: await given.resetToken(server, ada.email), newPassword: freshPassword() }
  const reply = await server.send('POST /v1/auth/password/reset', { accessToken: eve.accessToken, json })
  expect(reply.status).toBe(204)
  await expectEnded(server, ada)
  await expectAlive(server, eve)
  await given.session(server, eve)
})

test('asking for a reset changes nothing, and mails nobody who has no account', async () => {
  const [person, stranger] = [await given.person(server), freshEmail()]
  expect(await forgot(stranger)).toMatchObject({ status: 202, text: '' })
  expect(await forgot(`  ${person.email.toUpperCase()} `)).toMatchObject({ status: 202, text: '' })
  await waitForMail(server, person.email, 'reset-password')
  await expectAlive(server, person)
  await given.session(server, person)
  expect(await listMails(server, stranger)).toEqual([])
})
