import { expect, test } from 'bun:test'
import { freshEmail, given } from '../given'
import { listMails, waitForMail } from '../support/mailbox'
import type { Reply } from '../support/send'
import { Problem } from '../support/shapes'
import { visible } from '../support/visible'
import { target } from '../target'

const server = await target()

/** One address of each kind that a caller must not tell apart. */
const givenAddresses = async () => ({
  unknown: freshEmail(),
  proved: (await given.provedAccount(server)).email,
  unproved: (await given.account(server)).email,
  passwordless: (await given.personWithoutPassword(server)).email,
})

const asked = await givenAddresses()

/** What can be asked of an address, and how it is answered whoever has it. */
const questions: [string, (email: string) => Record<string, unknown>, number][] = [
  // Before a mail, so that no code could be right.
  ['POST /v1/auth/email-link/consume', (email) => ({ email, code: '000000' }), 400],
  ['POST /v1/auth/password/forgot', (email) => ({ email }), 202],
  ['POST /v1/auth/email/verify/resend', (email) => ({ email }), 202],
  ['POST /v1/auth/email-link', (email) => ({ email }), 202],
  ['POST /v1/auth/login', (email) => ({ email, password: 'nobody has this one' }), 401],
  ['POST /v1/auth/register', (email) => ({ email, password: 'nobody had this one' }), 202],
]

test.each(questions)('%s answers the same to the byte, whoever has the address', async (route, body, status) => {
  const unknown = await server.send(route, { json: body(freshEmail()) })
  expect(unknown.status).toBe(status)
  for (const [kind, email] of Object.entries(asked)) {
    const reply = await server.send(route, { json: body(email) })
    expect({ kind, ...visible(reply) }).toEqual({ kind, ...visible(unknown) })
  }
})

/** What a problem tells, but for what names the request. */
const told = ({ status, json }: Reply) => ({ status, problem: { ...Problem.parse(json), instance: '', requestId: '' } })

test('a wrong code after a mail is answered as one without, and so are the tries after the fifth', async () => {
  const addresses = await givenAddresses()
  const { code } = await given.logInMail(server, addresses.proved)
  const wrong = code === '000000' ? '000001' : '000000'
  for (let count = 1; count <= 7; count += 1) {
    const replies = await Promise.all(
      Object.values(addresses).map((email) =>
        server.send('POST /v1/auth/email-link/consume', { json: { email, code: wrong } }),
      ),
    )
    for (const reply of replies) {
      expect(reply.status).toBe(count > 5 ? 423 : 400)
      expect([told(reply)]).toEqual(replies.slice(0, 1).map(told))
    }
  }
})

test('each address gets the mails that it can use, and no other', async () => {
  const { unknown, proved, unproved, passwordless } = await givenAddresses()
  const kinds = ['password/forgot', 'email/verify/resend', 'email-link']
  for (const email of [unknown, proved, unproved, passwordless]) {
    const before = await listMails(server, email)
    for (const kind of kinds) expect((await server.send(`POST /v1/auth/${kind}`, { json: { email } })).status).toBe(202)
    if (email === unknown) continue
    const count = (template: string) => before.filter((mail) => mail.template === template).length + 1
    for (const template of ['reset-password', 'log-in']) await waitForMail(server, email, template, count(template))
  }
  await waitForMail(server, unproved, 'verify-email', 2)
  const verifications = async (email: string) =>
    (await listMails(server, email)).filter(({ template }) => template === 'verify-email').length
  expect(await verifications(proved)).toBe(1)
  expect(await listMails(server, unknown)).toEqual([])
})
