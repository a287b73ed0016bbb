import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { waitForMail } from '../support/mailbox'
import { purposes, useToken } from '../support/mailed-tokens'
import type { Reply } from '../support/send'
import { target } from '../target'

// Registering counts by client address, so this file has a server of its own and makes few accounts.
const server = await target({
  RATE_LIMITS: 'on',
  RATE_LIMIT_OVERRIDES: 'address=50000/60',
  EMAIL_VERIFICATION: 'optional',
})
const person = await given.newcomer(server)

const kinds: [string, string, number][] = [
  ['POST /v1/auth/email/verify/resend', 'verify-email', 4],
  ['POST /v1/auth/password/forgot', 'reset-password', 3],
  ['POST /v1/auth/email-link', 'log-in', 3],
]

/** Holds an answer to telling how long to wait; returns what it tells beside that. */
const expectCooldown = (reply: Reply, windowSeconds: number) => {
  const problem = expectProblem(reply, 429, 'rate_limited')
  const seconds = Number(reply.headers.get('retry-after'))
  expect(seconds).toBeWithin(windowSeconds - 60, windowSeconds + 1)
  expect(reply.json).toMatchObject({ retryAfterSeconds: seconds })
  return { ...problem, instance: '', requestId: '', retryAfterSeconds: 0 }
}

test.each(kinds)('%s has to wait after three times for one address, whoever has it', async (route, template, mails) => {
  const refusals = []
  for (const email of [person.email, freshEmail()]) {
    const spellings = [email, email.toUpperCase(), `  ${email} `]
    for (const spelling of spellings) {
      expect(await server.send(route, { json: { email: spelling } })).toMatchObject({ status: 202, text: '' })
    }
    for (const spelling of spellings) {
      refusals.push(expectCooldown(await server.send(route, { json: { email: spelling } }), 900))
    }
  }
  for (const refusal of refusals) expect([refusal]).toEqual(refusals.slice(0, 1))
  expect((await server.send(route, { json: { email: freshEmail() } })).status).toBe(202)
  await waitForMail(server, person.email, template, mails)
})

test('a move has to wait after three times, for one account and for one new address', async () => {
  const [ada, eve] = [await given.newcomer(server), await given.newcomer(server)]
  const ask = ({ accessToken }: typeof ada, newEmail: string) =>
    server.send('POST /v1/me/email/change', { accessToken, json: { newEmail } })
  const [wanted, other] = [freshEmail(), freshEmail()]
  for (const spelling of [wanted, wanted.toUpperCase(), ` ${wanted}`]) {
    expect((await ask(ada, spelling)).status).toBe(202)
  }
  expectCooldown(await ask(ada, other), 900)
  expectCooldown(await ask(eve, wanted), 900)
  expect((await ask(eve, other)).status).toBe(202)
  await waitForMail(server, other, 'confirm-email')
  await waitForMail(server, wanted, 'confirm-email', 3)
})

test('guessing the current password has to wait after ten tries for one account, in any session', async () => {
  const ada = await given.newcomer(server)
  const other = await given.session(server, ada)
  const guess = ({ accessToken }: { accessToken: string }, currentPassword = freshPassword()) =>
    server.send('POST /v1/auth/password/change', { accessToken, json: { currentPassword, newPassword: 'x' } })
  for (let count = 0; count < 10; count += 1) {
    expectProblem(await guess(count % 2 ? ada : other), 401, 'invalid_credentials')
  }
  expectCooldown(await guess(ada, ada.password), 600)
  expectCooldown(await guess(other, ada.password), 600)
  expectProblem(await guess(person), 401, 'invalid_credentials')
})

test('using tokens has to wait after thirty tries, for all purposes together', async () => {
  const tries = Array.from({ length: 30 }, (_, index) => purposes[index % purposes.length] ?? 'log-in')
  for (const purpose of tries) {
    expectProblem(await useToken(server, purpose, crypto.randomUUID()), 400, 'invalid_email_token')
  }
  for (const purpose of purposes) {
    const reply = await useToken(server, purpose, crypto.randomUUID())
    expectProblem(reply, 429, 'rate_limited')
    expect(Number(reply.headers.get('retry-after'))).toBeWithin(1, 61)
  }
})
