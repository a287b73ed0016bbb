import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given, type Person } from '../given'
import { listMails, waitForMail } from '../support/mailbox'
import type { Server } from '../support/server'
import { TokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' }
const newerFirefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0' }

const templatesOf = async (on: Server, email: string) =>
  (await listMails(on, email)).map(({ template }) => template).reverse()
const change = ({ accessToken, password }: Person) =>
  server.send('POST /v1/auth/password/change', {
    accessToken,
    headers: firefox,
    json: { currentPassword: password, newPassword: freshPassword() },
  })

test('a changed password is told to its owner: by whom and from where, and nothing that opens a door', async () => {
  const person = await given.person(server, { name: 'Ada' })
  expect((await change(person)).status).toBe(204)
  const mail = await waitForMail(server, person.email, 'password-changed')
  expect(mail).toMatchObject({ to: person.email, subject: 'Your password was changed' })
  expect(Object.keys(mail.data).sort()).toEqual(['browser', 'ipAddress', 'name', 'requestedAt'])
  expect(mail.data).toMatchObject({ name: 'Ada', browser: 'Firefox, Linux', ipAddress: '127.0.0.1' })
  expect(Date.parse(mail.data.requestedAt ?? '')).toBeWithin(Date.now() - 60_000, Date.now() + 1)
  for (const text of ['Hello Ada,', 'Firefox, Linux', '127.0.0.1']) expect(mail.text).toContain(text)
  expect(mail.text).not.toMatch(/https?:/)
})

test('a password that was reset is told to its owner, once', async () => {
  const { email } = await given.provedAccount(server)
  const json = { token: await given.resetToken(server, email), newPassword: freshPassword() }
  for (const status of [204, 400]) {
    expect((await server.send('POST /v1/auth/password/reset', { json })).status).toBe(status)
  }
  await waitForMail(server, email, 'password-changed')
  expect(await templatesOf(server, email)).toEqual(['verify-email', 'reset-password', 'password-changed'])
})

test('of a change of address the old one hears when it is asked for and when it is done, the new one gets the link', async () => {
  const person = await given.person(server)
  const newEmail = freshEmail()
  const token = await given.emailChangeToken(server, person, newEmail)
  const asked = await waitForMail(server, person.email, 'email-change-requested')
  expect((await server.send('POST /v1/me/email/change/confirm', { json: { token } })).status).toBe(200)
  const done = await waitForMail(server, person.email, 'email-changed')
  for (const { data, text, html } of [asked, done]) {
    expect(data).toMatchObject({ newEmail })
    expect(data).not.toHaveProperty('token')
    for (const part of [text, html]) expect(part).toContain(newEmail)
    expect(text).not.toContain(token)
  }
  expect(await templatesOf(server, person.email)).toEqual(['verify-email', 'email-change-requested', 'email-changed'])
  expect(await templatesOf(server, newEmail)).toEqual(['confirm-email'])
})

test('a log-in with another browser is told to its owner, the first of all and those with a known one are not', async () => {
  const person = await given.person(server)
  const logIn = (headers: Record<string, string>) =>
    server.send('POST /v1/auth/login', { headers, json: { email: person.email, password: person.password } })
  await given.session(server, person)
  expect((await logIn(firefox)).status).toBe(200)
  const mail = await waitForMail(server, person.email, 'new-device')
  expect(mail.data).toMatchObject({ browser: 'Firefox, Linux', ipAddress: '127.0.0.1' })
  expect((await logIn(newerFirefox)).status).toBe(200)
  expect((await logIn({ ...firefox, 'user-agent': 'Mozilla/5.0 (iPhone) Safari/605.1.15' })).status).toBe(200)
  await waitForMail(server, person.email, 'new-device', 2)
  const heard = await templatesOf(server, person.email)
  expect(heard).toEqual(['verify-email', 'new-device', 'new-device'])
})

test('a log-in by mail with another browser is told too', async () => {
  const { email } = await given.person(server)
  const { token } = await given.logInMail(server, email)
  const reply = await server.send('POST /v1/auth/email-link/consume', { headers: firefox, json: { token } })
  expect(TokenSet.parse(reply.json).user.email).toBe(email)
  await waitForMail(server, email, 'new-device')
})

test('a refused log-in is no news', async () => {
  const { email } = await given.person(server)
  const wrong = { headers: firefox, json: { email, password: freshPassword() } }
  expect((await server.send('POST /v1/auth/login', wrong)).status).toBe(401)
  await given.resetToken(server, email)
  expect(await templatesOf(server, email)).toEqual(['verify-email', 'reset-password'])
})

const languages: [string, string, Record<string, string>][] = [
  [
    'de',
    'de',
    { 'verify-email': 'Bestätigen Sie Ihre E-Mail-Adresse', 'reset-password': 'Setzen Sie Ihr Passwort zurück' },
  ],
  ['ja', 'ja', { 'verify-email': 'メールアドレスをご確認ください', 'reset-password': 'パスワードの再設定' }],
  [
    'de-AT',
    'de',
    { 'verify-email': 'Bestätigen Sie Ihre E-Mail-Adresse', 'reset-password': 'Setzen Sie Ihr Passwort zurück' },
  ],
  ['pt-BR', 'en', { 'verify-email': 'Confirm your e-mail address', 'reset-password': 'Reset your password' }],
]

test.each(languages)(
  'who registers with the locale %s gets mails in the language %s',
  async (locale, language, subjects) => {
    const { email } = await given.account(server, { locale })
    await given.verificationToken(server, email)
    await given.resetToken(server, email)
    for (const [template, subject] of Object.entries(subjects)) {
      const mail = await waitForMail(server, email, template)
      expect(mail.subject).toBe(subject)
      expect(mail.html).toMatch(new RegExp(`<html[^>]* lang="${language}"`))
    }
  },
)

test('who changes the locale gets the next mails in that language', async () => {
  const { accessToken, email } = await given.newcomer(open)
  expect((await open.send('PATCH /v1/me', { accessToken, json: { locale: 'fr-CA' } })).status).toBe(200)
  await given.logInMail(open, email)
  const { html } = await waitForMail(open, email, 'log-in')
  expect(html).toMatch(/<html[^>]* lang="fr"/)
})
