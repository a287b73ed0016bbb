import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { listMails, tokenIn, waitForMail } from '../support/mailbox'
import { givenTokens, type Purpose, purposes, useToken } from '../support/mailed-tokens'
import type { Reply } from '../support/send'
import { expectEnded } from '../support/sessions'
import { SessionPage, TokenSet } from '../support/shapes'
import { target } from '../target'
import { countByStatus, inParallel, patient } from './parallel'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

const consume = (json: Record<string, string>) => open.send('POST /v1/auth/email-link/consume', { json })
const wonBy = (replies: Reply[]) => replies.filter(({ status }) => status < 300)
/** The tokens in all mails of a template, newest first. */
const mailedTokens = async (email: string, template: string) =>
  (await listMails(open, email)).filter((mail) => mail.template === template).map(tokenIn)

test.each(purposes)('of sixteen uses of one token for %s at once exactly one succeeds', async (purpose) => {
  for (let round = 0; round < 2; round += 1) {
    const { tokens } = await givenTokens(open)
    const replies = await inParallel(16, () => useToken(open, purpose, tokens[purpose]))
    expect(countByStatus(replies)).toEqual({ [purpose === 'reset-password' ? 204 : 200]: 1, 400: 15 })
    for (const reply of replies.filter(({ status }) => status === 400)) {
      expectProblem(reply, 400, 'invalid_email_token')
    }
  }
})

test('sixteen resets with one token at once set one password, that of the one that succeeds', async () => {
  const bearing = await target({ ...patient, EMAIL_VERIFICATION: 'optional' })
  const { email, tokens } = await givenTokens(bearing)
  const passwords = Array.from({ length: 16 }, freshPassword)
  const token = tokens['reset-password']
  const replies = await inParallel(16, (index) =>
    bearing.send('POST /v1/auth/password/reset', { json: { token, newPassword: passwords[index] } }),
  )
  const winner = passwords[replies.findIndex(({ status }) => status === 204)]
  for (const password of passwords) {
    const reply = await bearing.send('POST /v1/auth/login', { json: { email, password } })
    expect(reply.status).toBe(password === winner ? 200 : 401)
  }
})

test('of sixteen uses of one code at once one logs in; those that come late are no guesses, and lock nobody out', async () => {
  const { email } = await given.newcomer(open)
  const { code } = await given.logInMail(open, email)
  const replies = await inParallel(16, () => consume({ email, code }))
  expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
  const { accessToken } = TokenSet.parse(wonBy(replies)[0]?.json)
  const { items } = SessionPage.parse((await open.send('GET /v1/sessions', { accessToken })).json)
  expect(items).toHaveLength(1)
  const next = await given.logInMail(open, email)
  expect((await consume({ email, code: next.code })).status).toBe(200)
})

test('of sixteen guesses at once five are looked at, whoever has the address', async () => {
  const { email } = await given.newcomer(open)
  const { code } = await given.logInMail(open, email)
  for (const address of [email, freshEmail()]) {
    const replies = await inParallel(16, (index) =>
      consume({ email: address, code: String((Number(code) + index + 1) % 1_000_000).padStart(6, '0') }),
    )
    expect(countByStatus(replies)).toEqual({ 400: 5, 423: 11 })
  }
})

test('of eight uses of the link and eight of its code at once exactly one logs in', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { email } = await given.newcomer(open)
    const { token, code } = await given.logInMail(open, email)
    const replies = await inParallel(16, (index) => consume(index % 2 ? { token } : { email, code }))
    expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
  }
})

test('a link and a reset at once: the reset ends what the link opened, or the link is void', async () => {
  for (let round = 0; round < 6; round += 1) {
    const person = await given.person(server)
    const { token } = await given.logInMail(server, person.email)
    const resetToken = await given.resetToken(server, person.email)
    const [link, reset] = await Promise.all([
      useToken(server, 'log-in', token),
      useToken(server, 'reset-password', resetToken),
    ])
    expect(reset.status).toBe(204)
    if (link.status === 200) await expectEnded(server, TokenSet.parse(link.json))
    else expectProblem(link, 400, 'invalid_email_token')
    await expectEnded(server, person)
  }
})

const requests: [Purpose, string, string][] = [
  ['reset-password', 'POST /v1/auth/password/forgot', 'reset-password'],
  ['log-in', 'POST /v1/auth/email-link', 'log-in'],
  ['verify-email', 'POST /v1/auth/email/verify/resend', 'verify-email'],
]

test.each(requests)(
  'of sixteen mails for %s asked for at once exactly one has a token that works',
  async (purpose, route, template) => {
    const { email } = await given.newcomer(open)
    const known = template === 'verify-email' ? [await given.verificationToken(open, email)] : []
    const asked = await inParallel(16, () => open.send(route, { json: { email } }))
    expect(countByStatus(asked)).toEqual({ 202: 16 })
    await waitForMail(open, email, template, 16 + known.length)
    const tokens = (await mailedTokens(email, template)).filter((token) => !known.includes(token))
    expect(new Set(tokens).size).toBe(16)
    const replies = []
    for (const token of tokens) replies.push(await useToken(open, purpose, token))
    expect(wonBy(replies)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 400)).toHaveLength(15)
  },
)

test('of sixteen moves to different addresses asked for at once exactly one can be confirmed', async () => {
  const person = await given.newcomer(open)
  const addresses = Array.from({ length: 16 }, freshEmail)
  const { accessToken } = person
  await inParallel(16, (index) =>
    open.send('POST /v1/me/email/change', { accessToken, json: { newEmail: addresses[index] } }),
  )
  const tokens = await Promise.all(addresses.map(async (to) => tokenIn(await waitForMail(open, to, 'confirm-email'))))
  const replies = await inParallel(16, (index) => useToken(open, 'change-email', tokens[index] ?? ''))
  expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
  const me = await open.send('GET /v1/me', { accessToken })
  expect(me.json).toMatchObject({ email: addresses[replies.findIndex(({ status }) => status === 200)] })
})
