import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { fromOwnPage, logInWithCookies } from '../support/browser'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { listMails, waitForMail } from '../support/mailbox'
import type { SendOptions } from '../support/send'
import { expectAlive, expectEnded, expectNoLogIn } from '../support/sessions'
import { User } from '../support/shapes'
import { visible } from '../support/visible'
import { target } from '../target'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

const ask = (credential: SendOptions, newEmail: string) =>
  server.send('POST /v1/me/email/change', { ...credential, json: { newEmail } })
const confirm = (token: string, credential: SendOptions = {}) =>
  server.send('POST /v1/me/email/change/confirm', { ...credential, json: { token } })
const emailOf = async ({ accessToken }: { accessToken: string }) =>
  User.parse((await server.send('GET /v1/me', { accessToken })).json).email

test('the new address counts once it is confirmed, and not before', async () => {
  const person = await given.person(server)
  const moved = { email: freshEmail(), password: person.password }
  const token = await given.emailChangeToken(server, person, moved.email)
  expect(await emailOf(person)).toBe(person.email)
  await expectNoLogIn(server, moved)

  const reply = await confirm(token)
  expect(reply.status).toBe(200)
  const { email } = moved
  expect(User.parse(reply.json)).toEqual({ ...person.user, email, updatedAt: expect.any(String) })
  expect(await emailOf(person)).toBe(email)
  await expectNoLogIn(server, person)
  expect((await given.session(server, moved)).user).toMatchObject({ id: person.user.id, emailVerified: true })
  for (const _ of [1, 2]) expectProblem(await confirm(token), 400, 'invalid_email_token')
})

test('the address can be written in any spelling', async () => {
  const [person, newEmail] = [await given.person(server), freshEmail()]
  expect(await ask(person, `  ${newEmail.toUpperCase()} `)).toMatchObject({ status: 202, text: '' })
  const { to, data } = await waitForMail(server, newEmail, 'confirm-email')
  expect(to).toBe(newEmail)
  expect(User.parse((await confirm(data.token ?? '')).json).email).toBe(newEmail)
})

test('confirmed without a session, the one that asked stays and the others end', async () => {
  const person = await given.person(server)
  const others = [await given.session(server, person), await given.session(server, person)]
  expect((await confirm(await given.emailChangeToken(server, person, freshEmail()))).status).toBe(200)
  await expectAlive(server, person)
  for (const other of others) await expectEnded(server, other)
})

test('confirmed in a session, that one stays and the others end', async () => {
  const person = await given.person(server)
  const [confirming, other] = [await given.session(server, person), await given.session(server, person)]
  const { accessToken } = confirming
  const token = await given.emailChangeToken(server, person, freshEmail())
  expect((await confirm(token, { accessToken })).status).toBe(200)
  await expectAlive(server, confirming)
  for (const ended of [person, other]) await expectEnded(server, ended)
})

test('once the session that asked is over, only another one of the account can confirm', async () => {
  const person = await given.person(server)
  const other = await given.session(server, person)
  const token = await given.emailChangeToken(server, person, freshEmail())
  await server.send('POST /v1/auth/logout', { accessToken: person.accessToken })
  expectProblem(await confirm(token), 400, 'invalid_email_token')
  expectProblem(await confirm(token, { accessToken: person.accessToken }), 400, 'invalid_email_token')
  expect((await confirm(token, { accessToken: other.accessToken })).status).toBe(200)
  await expectAlive(server, other)
})

test('somebody else’s session confirms nothing, and the token is not used up by that', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const token = await given.emailChangeToken(server, ada, freshEmail())
  expectProblem(await confirm(token, { accessToken: eve.accessToken }), 400, 'invalid_email_token')
  const { cookie } = await logInWithCookies(server, eve)
  expectProblem(await confirm(token, { headers: { ...cookie, ...fromOwnPage } }), 400, 'invalid_email_token')
  expect([await emailOf(ada), await emailOf(eve)]).toEqual([ada.email, eve.email])
  expect((await confirm(token, { accessToken: ada.accessToken })).status).toBe(200)
})

test('an address that somebody has gets the same answer as a free one, and its owner a mail', async () => {
  const [ada, eve] = [await given.person(server), await given.provedAccount(server)]
  const [taken, free] = [await ask(ada, eve.email), await ask(ada, freshEmail())]
  expect(taken.status).toBe(202)
  expect(visible(taken)).toEqual(visible(free))
  await waitForMail(server, ada.email, 'email-change-requested', 2)
  const mail = await waitForMail(server, eve.email, 'already-registered')
  expect(JSON.stringify(mail)).not.toContain(ada.email)
  expect((await listMails(server, eve.email)).map(({ template }) => template)).not.toContain('confirm-email')
})

test('an address that was taken in the meantime is a conflict, and nothing changes', async () => {
  const [ada, newEmail] = [await given.person(server), freshEmail()]
  const other = await given.session(server, ada)
  const token = await given.emailChangeToken(server, ada, newEmail)
  const eve = { email: newEmail, password: freshPassword() }
  expect((await server.send('POST /v1/auth/register', { json: eve })).status).toBe(202)

  expectProblem(await confirm(token), 409, 'email_taken')
  expect(await emailOf(ada)).toBe(ada.email)
  await expectAlive(server, other)
  const verification = { token: await given.verificationToken(server, newEmail) }
  expect((await server.send('POST /v1/auth/email/verify', { json: verification })).status).toBe(200)
  await given.session(server, eve)
})

test('the address one has can’t be asked for, in any spelling', async () => {
  const { email, accessToken } = await given.person(server)
  for (const spelling of [email, ` ${email.toUpperCase()} `]) {
    expectFaults(await ask({ accessToken }, spelling), { '/newEmail': 'email_unchanged' })
  }
  for (const [newEmail, fault] of [
    ['nobody', 'invalid_email'],
    ['ada@example.com,eve@example.com', 'invalid_email'],
    ['ada@example.com\r\nBcc: eve@example.com', 'invalid_text'],
  ] as const) {
    expectFaults(await ask({ accessToken }, newEmail), { '/newEmail': fault })
  }
})

test('asking again voids the link from before, whatever address it was for', async () => {
  const [person, newEmail] = [await given.person(server), freshEmail()]
  const first = await given.emailChangeToken(server, person, freshEmail())
  const second = await given.emailChangeToken(server, person, newEmail)
  expectProblem(await confirm(first), 400, 'invalid_email_token')
  expect((await confirm(second)).status).toBe(200)
  expect(await emailOf(person)).toBe(newEmail)
})

test('a new address voids all that was mailed to the old one', async () => {
  const person = await given.newcomer(open)
  const { email } = person
  const newPassword = freshPassword()
  const verification = await given.verificationToken(open, email)
  const reset = await given.resetToken(open, email)
  const mail = await given.logInMail(open, email)
  const json = { token: await given.emailChangeToken(open, person, freshEmail()) }
  const changed = await open.send('POST /v1/me/email/change/confirm', { json })
  expect(User.parse(changed.json).emailVerified).toBe(true)

  const refusals = [
    await open.send('POST /v1/auth/email/verify', { json: { token: verification } }),
    await open.send('POST /v1/auth/password/reset', { json: { token: reset, newPassword } }),
    await open.send('POST /v1/auth/email-link/consume', { json: { token: mail.token } }),
  ]
  for (const refusal of refusals) expectProblem(refusal, 400, 'invalid_email_token')
  const code = await open.send('POST /v1/auth/email-link/consume', { json: { email, code: mail.code } })
  expectProblem(code, 400, 'invalid_email_code')
  await expectAlive(open, person)
})

test('the old address is free again, and whoever takes it has an account of their own', async () => {
  const person = await given.person(server)
  expect((await confirm(await given.emailChangeToken(server, person, freshEmail()))).status).toBe(200)
  const next = { email: person.email, password: freshPassword() }
  const known = (await listMails(server, person.email)).filter(({ template }) => template === 'verify-email').length
  expect((await server.send('POST /v1/auth/register', { json: next })).status).toBe(202)
  await waitForMail(server, next.email, 'verify-email', known + 1)
  const json = { token: await given.verificationToken(server, next.email) }
  expect((await server.send('POST /v1/auth/email/verify', { json })).status).toBe(200)
  expect((await given.session(server, next)).user.id).not.toBe(person.user.id)
})

test('only a live session may ask, and a cookie only from our own page', async () => {
  const account = await given.provedAccount(server)
  const ended = await given.session(server, account)
  await server.send('POST /v1/auth/logout', { accessToken: ended.accessToken })
  expectProblem(await ask({ accessToken: ended.accessToken }, freshEmail()), 401, 'session_revoked')
  expectProblem(await ask({}, freshEmail()), 401, 'unauthenticated')

  const { cookie } = await logInWithCookies(server, account)
  const foreign = { ...cookie, 'sec-fetch-site': 'cross-site' }
  expectProblem(await ask({ headers: foreign }, freshEmail()), 403, 'cross_site_request')
  expect((await listMails(server, account.email)).map(({ template }) => template)).toEqual(['verify-email'])
  expect((await ask({ headers: { ...cookie, ...fromOwnPage } }, freshEmail())).status).toBe(202)
})
