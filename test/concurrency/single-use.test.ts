import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { listMails, waitForMail } from '../support/mailbox'
import { Registered, SessionPage } from '../support/shapes'
import { target } from '../target'
import { countByStatus, inParallel, patient } from './parallel'

const server = await target(patient)
const open = await target({ ...patient, EMAIL_VERIFICATION: 'optional' })

test('of sixteen proofs with one token at once exactly one succeeds', async () => {
  for (let round = 0; round < 3; round += 1) {
    const account = await given.account(server)
    const token = await given.verificationToken(server, account.email)
    const replies = await inParallel(16, () => server.send('POST /v1/auth/email/verify', { json: { token } }))
    expect(countByStatus(replies)).toEqual({ 200: 1, 400: 15 })
    for (const reply of replies.filter(({ status }) => status === 400)) {
      expectProblem(reply, 400, 'invalid_email_token')
    }
    expect((await given.session(server, account)).user.emailVerified).toBe(true)
  }
})

test('of eight registrations of one address at once exactly one gets the account, with its own password', async () => {
  const email = freshEmail()
  const passwords = Array.from({ length: 8 }, freshPassword)
  const replies = await inParallel(8, (index) =>
    open.send('POST /v1/auth/register', {
      json: { email: index % 2 ? email.toUpperCase() : email, password: passwords[index] },
    }),
  )
  expect(countByStatus(replies)).toEqual({ 201: 1, 409: 7 })
  for (const reply of replies.filter(({ status }) => status === 409)) expectProblem(reply, 409, 'email_taken')

  const winner = replies.findIndex(({ status }) => status === 201)
  const { user } = Registered.parse(replies[winner]?.json)
  for (const [index, password] of passwords.entries()) {
    const reply = await open.send('POST /v1/auth/login', { json: { email, password } })
    if (index === winner) expect(reply.json).toMatchObject({ user: { id: user.id } })
    else expectProblem(reply, 401, 'invalid_credentials')
  }
})

test('eight registrations of one address at once all look the same where it must be proved, and make one account', async () => {
  const email = freshEmail()
  const passwords = Array.from({ length: 8 }, freshPassword)
  const replies = await inParallel(8, (index) =>
    server.send('POST /v1/auth/register', { json: { email, password: passwords[index] } }),
  )
  expect(countByStatus(replies)).toEqual({ 202: 8 })
  expect(new Set(replies.map(({ text }) => text)).size).toBe(1)

  await waitForMail(server, email, 'verify-email', 8)
  const tokens = (await listMails(server, email)).map(({ data }) => data.token ?? '')
  const proofs = await Promise.all(
    tokens.map((token) => server.send('POST /v1/auth/email/verify', { json: { token } })),
  )
  expect(countByStatus(proofs)).toEqual({ 200: 1, 400: 7 })
  const logIns = await Promise.all(
    passwords.map((password) => server.send('POST /v1/auth/login', { json: { email, password } })),
  )
  expect(countByStatus(logIns)).toEqual({ 200: 1, 401: 7 })
})

test('log-ins at once each get a session of their own', async () => {
  const account = await given.provedAccount(server)
  const sessions = await inParallel(8, () => given.session(server, account))
  expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(8)
  const accessToken = sessions[0]?.accessToken ?? ''
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken })).json)
  expect(new Set(items.map(({ id }) => id))).toEqual(new Set(sessions.map(({ sessionId }) => sessionId)))
})

test('changes of different fields at once are all kept', async () => {
  const { accessToken } = await given.person(server)
  const changes = [{ name: 'Ada' }, { bio: 'Engines.' }, { locale: 'en' }, { phone: '+442071838750' }]
  const replies = await Promise.all(changes.map((json) => server.send('PATCH /v1/me', { accessToken, json })))
  expect(countByStatus(replies)).toEqual({ 200: 4 })
  const me = await server.send('GET /v1/me', { accessToken })
  expect(me.json).toMatchObject({ name: 'Ada', bio: 'Engines.', locale: 'en', phone: '+442071838750' })
})
