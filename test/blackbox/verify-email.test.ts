import { expect, test } from 'bun:test'
import { freshEmail, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { listMails, waitForMail } from '../support/mailbox'
import type { Server } from '../support/server'
import { target } from '../target'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

const verify = (on: Server, token: string, accessToken?: string) =>
  on.send('POST /v1/auth/email/verify', { json: { token }, ...(accessToken !== undefined && { accessToken }) })
const resend = (email: string) => server.send('POST /v1/auth/email/verify/resend', { json: { email } })
const isLive = async (on: Server, accessToken: string) => (await on.send('GET /v1/me', { accessToken })).status === 200

test('a token proves an address once', async () => {
  const { email } = await given.account(server)
  const token = await given.verificationToken(server, email)
  expect((await verify(server, token)).status).toBe(200)
  for (const _ of [1, 2]) expectProblem(await verify(server, token), 400, 'invalid_email_token')
})

test('what is no token proves nothing, and the token in the mail still works afterwards', async () => {
  const { email } = await given.account(server)
  const token = await given.verificationToken(server, email)
  const swapped = token.startsWith('A') ? `B${token.slice(1)}` : `A${token.slice(1)}`
  const wrong = ['x', email, token.slice(1), `${token}A`, `${token}=`, ` ${token}`, token.toLowerCase(), swapped]
  for (const attempt of wrong.filter((text) => text !== token)) {
    expectProblem(await verify(server, attempt), 400, 'invalid_email_token')
  }
  expect((await verify(server, '')).status).toBe(422)
  expect((await verify(server, 'x'.repeat(129))).status).toBe(422)
  expect((await verify(server, token)).status).toBe(200)
})

test('the link in the mail opens a page of ours, keeps its token from the server, and opening it proves nothing', async () => {
  const account = await given.account(server)
  const mail = await waitForMail(server, account.email, 'verify-email')
  const token = await given.verificationToken(server, account.email)
  const link = new URL(mail.data.link ?? '')
  expect(`${link.origin}${link.pathname}`).toBe(`${server.baseUrl}/verify-email`)
  expect(link.search).toBe('')
  expect(link.hash).toBe(`#token=${token}`)
  expect(mail.html).toContain(link.href)

  expect((await server.send('GET /verify-email', { isAsset: true })).status).toBe(200)
  expect((await server.send(`GET /verify-email?token=${token}`, { isAsset: true })).status).toBe(200)
  const early = await server.send('POST /v1/auth/login', { json: { ...account } })
  expectProblem(early, 403, 'email_unverified')
  expect((await verify(server, token)).status).toBe(200)
})

test('asking for the link again mails a new one and voids the old', async () => {
  const { email } = await given.account(server)
  const first = await given.verificationToken(server, email)
  expect(await resend(` ${email.toUpperCase()}`)).toMatchObject({ status: 202, text: '' })
  await waitForMail(server, email, 'verify-email', 2)
  const second = await given.verificationToken(server, email)
  expectProblem(await verify(server, first), 400, 'invalid_email_token')
  expect((await verify(server, second)).status).toBe(200)
})

test('asking for a link looks the same for every address, and mails only who needs one', async () => {
  const [proved, unknown, waiting] = [await given.provedAccount(server), freshEmail(), await given.account(server)]
  await waitForMail(server, waiting.email, 'verify-email')
  for (const email of [proved.email, unknown, waiting.email]) {
    expect(await resend(email)).toMatchObject({ status: 202, text: '' })
  }
  await waitForMail(server, waiting.email, 'verify-email', 2)
  expect(await listMails(server, proved.email)).toHaveLength(1)
  expect(await listMails(server, unknown)).toEqual([])
})

test('sessions from before the first proof end, but the one that brings it', async () => {
  const newcomer = await given.newcomer(open)
  const other = await given.session(open, newcomer)
  const token = await given.verificationToken(open, newcomer.email)
  expect((await verify(open, token, newcomer.accessToken)).status).toBe(200)
  expect(await isLive(open, newcomer.accessToken)).toBe(true)
  expectProblem(await open.send('GET /v1/me', { accessToken: other.accessToken }), 401, 'session_revoked')
  const { refreshToken } = other
  expectProblem(await open.send('POST /v1/auth/refresh', { json: { refreshToken } }), 401, 'invalid_refresh_token')
})

test('a proof that comes without a session ends every session from before it', async () => {
  const newcomer = await given.newcomer(open)
  const token = await given.verificationToken(open, newcomer.email)
  expect((await verify(open, token)).status).toBe(200)
  expect(await isLive(open, newcomer.accessToken)).toBe(false)
  expect((await given.session(open, newcomer)).user.emailVerified).toBe(true)
})

test('a proof in someone else’s session spares none of the owner’s and touches none of theirs', async () => {
  const [owner, stranger] = [await given.newcomer(open), await given.newcomer(open)]
  const token = await given.verificationToken(open, owner.email)
  expect((await verify(open, token, stranger.accessToken)).status).toBe(200)
  expect(await isLive(open, owner.accessToken)).toBe(false)
  expect(await isLive(open, stranger.accessToken)).toBe(true)
})
