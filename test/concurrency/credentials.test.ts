import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given, type Person } from '../given'
import { expectProblem } from '../support/expect-problem'
import { useToken } from '../support/mailed-tokens'
import type { Reply } from '../support/send'
import { expectAlive, expectEnded, expectNoLogIn, logIn } from '../support/sessions'
import { TokenSet, type TokenSet as Tokens } from '../support/shapes'
import { target } from '../target'
import { countByStatus, inParallel, patient } from './parallel'

const server = await target(patient)
const open = await target({ ...patient, EMAIL_VERIFICATION: 'optional' })

const change = ({ accessToken }: Pick<Tokens, 'accessToken'>, currentPassword: string, newPassword: string) =>
  server.send('POST /v1/auth/password/change', { accessToken, json: { currentPassword, newPassword } })

const isAlive = async ({ accessToken }: Pick<Tokens, 'accessToken'>) =>
  (await server.send('GET /v1/me', { accessToken })).status === 200

/** The answers that are no one's fault but ours. */
const errorsIn = (replies: Reply[]) => replies.filter(({ status }) => status >= 500).map(({ text }) => text)

test('of sixteen changes of one password at once exactly one succeeds, and its password holds', async () => {
  const person = await given.person(server)
  const passwords = Array.from({ length: 16 }, freshPassword)
  const replies = await inParallel(16, (index) => change(person, person.password, passwords[index] ?? ''))
  expect(countByStatus(replies)).toEqual({ 204: 1, 401: 15 })
  for (const reply of replies.filter(({ status }) => status === 401)) expectProblem(reply, 401, 'invalid_credentials')
  await expectAlive(server, person)
  await expectNoLogIn(server, person)
  const password = passwords[replies.findIndex(({ status }) => status === 204)] ?? ''
  await given.session(server, { email: person.email, password })
})

test('of two sessions that change the password at once only the one that does survives', async () => {
  for (let round = 0; round < 4; round += 1) {
    const person = await given.person(server)
    const sessions = [person, await given.session(server, person)]
    const replies = await Promise.all(sessions.map((session) => change(session, person.password, freshPassword())))
    expect(countByStatus(replies)).toEqual({ 204: 1, 401: 1 })
    const alive = await Promise.all(sessions.map(isAlive))
    expect(alive).toEqual(replies.map(({ status }) => status === 204))
  }
})

/** One who may end up with the old password. */
const givenRecovery = async () => {
  const person = await given.person(server)
  const other = await given.session(server, person)
  return {
    person,
    other,
    token: await given.resetToken(server, person.email),
    passwords: [freshPassword(), freshPassword()],
  }
}

test('a reset, a change and log-ins with the old password at once leave no session of the old password', async () => {
  for (let round = 0; round < 8; round += 1) {
    const { person, other, token, passwords } = await givenRecovery()
    const [newPassword = '', changed = ''] = passwords
    const [reset, changing, ...logIns] = await Promise.all([
      server.send('POST /v1/auth/password/reset', { json: { token, newPassword } }),
      change(person, person.password, changed),
      ...Array.from({ length: 4 }, () => logIn(server, person)),
    ])
    expect(errorsIn([reset, changing, ...logIns])).toEqual([])
    expect([reset.status, changing.status]).toContain(204)
    await expectNoLogIn(server, person)
    await expectEnded(server, other)
    for (const { status, json } of logIns) if (status === 200) await expectEnded(server, TokenSet.parse(json))
    expect(await isAlive(person)).toBe(reset.status !== 204)
    const password = reset.status === 204 ? newPassword : changed
    await given.session(server, { email: person.email, password })
  }
})

/** People who all want one address, each with a token for it. */
const givenRivals = async (count: number) => {
  const newEmail = freshEmail()
  const rivals: (Person & { token: string })[] = []
  const people = await inParallel(count, () => given.newcomer(open))
  for (const person of people) {
    rivals.push({ ...person, token: await given.emailChangeToken(open, person, newEmail) })
  }
  return { newEmail, rivals }
}

test('of people who confirm one new address at once exactly one gets it, the others hear that it is taken', async () => {
  for (const count of [2, 2, 2, 4]) {
    const { newEmail, rivals } = await givenRivals(count)
    const replies = await Promise.all(rivals.map(({ token }) => useToken(open, 'change-email', token)))
    expect(countByStatus(replies)).toEqual({ 200: 1, 409: count - 1 })
    for (const [index, { email, accessToken }] of rivals.entries()) {
      const reply = replies[index]
      if (reply?.status === 409) expectProblem(reply, 409, 'email_taken')
      const me = await open.send('GET /v1/me', { accessToken })
      expect(me.json).toMatchObject({ email: reply?.status === 200 ? newEmail : email })
    }
  }
})

test('of a move to an address and its registration at once exactly one gets it', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { newEmail, rivals } = await givenRivals(1)
    const password = freshPassword()
    const [moved, registered] = await Promise.all([
      useToken(open, 'change-email', rivals[0]?.token ?? ''),
      open.send('POST /v1/auth/register', { json: { email: newEmail, password } }),
    ])
    expect([
      [200, 409],
      [409, 201],
    ]).toContainEqual([moved.status, registered.status])
  }
})

test('whatever proves, moves and recovers one account at once, nobody meets an error', async () => {
  for (let round = 0; round < 6; round += 1) {
    const person = await given.newcomer(open)
    const { email, password, accessToken } = person
    const verification = await given.verificationToken(open, email)
    const reset = await given.resetToken(open, email)
    const { token, code } = await given.logInMail(open, email)
    const move = await given.emailChangeToken(open, person, freshEmail())
    const newPassword = freshPassword()
    const replies = await Promise.all([
      useToken(open, 'verify-email', verification),
      useToken(open, 'reset-password', reset),
      useToken(open, 'log-in', token),
      open.send('POST /v1/auth/email-link/consume', { json: { email, code } }),
      useToken(open, 'change-email', move),
      open.send('POST /v1/auth/password/change', { accessToken, json: { currentPassword: password, newPassword } }),
      open.send('POST /v1/auth/login', { json: { email, password } }),
      open.send('DELETE /v1/sessions', { accessToken }),
      open.send('POST /v1/auth/refresh', { json: { refreshToken: person.refreshToken } }),
      ...['password/forgot', 'email-link', 'email/verify/resend'].map((kind) =>
        open.send(`POST /v1/auth/${kind}`, { json: { email } }),
      ),
    ])
    expect(errorsIn(replies)).toEqual([])
  }
})

test('whoever registers an address again while its owner proves or resets it, nobody meets an error', async () => {
  for (let round = 0; round < 6; round += 1) {
    const { email } = await given.account(server)
    const verification = await given.verificationToken(server, email)
    const reset = await given.resetToken(server, email)
    const replies = await Promise.all([
      server.send('POST /v1/auth/register', { json: { email, password: freshPassword() } }),
      useToken(server, 'reset-password', reset),
      useToken(server, 'verify-email', verification),
      server.send('POST /v1/auth/register', { json: { email, password: freshPassword() } }),
    ])
    expect(errorsIn(replies)).toEqual([])
  }
})
