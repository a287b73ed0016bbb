import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given, type Person } from '../given'
import { expectProblem } from '../support/expect-problem'
import { waitForMail } from '../support/mailbox'
import { expectAlive, expectEnded, expectNoLogIn } from '../support/sessions'
import { TokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

/** Each way in which the owner of an address proves it first, beside the link that is for nothing else. */
const proofs: [string, (email: string) => Promise<void>][] = [
  [
    'a reset',
    async (email) => {
      const json = { token: await given.resetToken(open, email), newPassword: freshPassword() }
      expect((await open.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
    },
  ],
  [
    'a log-in link',
    async (email) => {
      const { token } = await given.logInMail(open, email)
      expect((await open.send('POST /v1/auth/email-link/consume', { json: { token } })).status).toBe(200)
    },
  ],
  [
    'a log-in code',
    async (email) => {
      const { code } = await given.logInMail(open, email)
      expect((await open.send('POST /v1/auth/email-link/consume', { json: { email, code } })).status).toBe(200)
    },
  ],
]

test.each(proofs)(
  'who registered somebody else’s address has no way in after the owner’s proof by %s',
  async (_, prove) => {
    const intruder = await given.newcomer(open)
    const elsewhere = await given.session(open, intruder)
    const refreshed = await given.refreshed(open, elsewhere.refreshToken)
    await prove(intruder.email)
    for (const session of [intruder, elsewhere, refreshed]) await expectEnded(open, session)
    await expectNoLogIn(open, intruder)
  },
)

test.each(proofs)('a move to another address, asked for before the owner’s proof by %s, is void', async (_, prove) => {
  const intruder = await given.newcomer(open)
  const token = await given.emailChangeToken(open, intruder, freshEmail())
  await prove(intruder.email)
  const moved = await open.send('POST /v1/me/email/change/confirm', { json: { token } })
  expectProblem(moved, 400, 'invalid_email_token')
})

test('a move to another address, asked for before the owner opened the link that proves theirs, is void', async () => {
  const intruder = await given.newcomer(open)
  const verification = await given.verificationToken(open, intruder.email)
  const token = await given.emailChangeToken(open, intruder, freshEmail())
  const proved = await open.send('POST /v1/auth/email/verify', { json: { token: verification } })
  expect(proved.status).toBe(200)
  const moved = await open.send('POST /v1/me/email/change/confirm', { json: { token } })
  expectProblem(moved, 400, 'invalid_email_token')
})

/** Logs in by a mailed link. */
const logInByLink = async (email: string): Promise<Omit<Person, 'password'>> => {
  const { token } = await given.logInMail(open, email)
  const reply = await open.send('POST /v1/auth/email-link/consume', { json: { token } })
  expect(reply.status).toBe(200)
  return { email, ...TokenSet.parse(reply.json) }
}

test('the owner who took the account back by a link has it alone, and gives it a password by a reset', async () => {
  const intruder = await given.newcomer(open)
  const owner = await logInByLink(intruder.email)
  expect(owner.user).toMatchObject({ id: intruder.user.id, emailVerified: true })
  await expectAlive(open, owner)

  const password = freshPassword()
  const json = { token: await given.resetToken(open, owner.email), newPassword: password }
  expect((await open.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
  await given.session(open, { email: owner.email, password })
  await expectNoLogIn(open, intruder)
})

test('only the first proof drops what was before: later log-ins by mail leave password and sessions', async () => {
  const owner = await given.newcomer(open)
  const token = await given.verificationToken(open, owner.email)
  const proof = { accessToken: owner.accessToken, json: { token } }
  expect((await open.send('POST /v1/auth/email/verify', proof)).status).toBe(200)
  await logInByLink(owner.email)
  await expectAlive(open, owner)
  await given.session(open, owner)
})

test('where proof is required, the owner who registers later has the only password, and the first link is void', async () => {
  const intruder = await given.account(server, { name: 'Eve', locale: 'de' })
  const first = await given.verificationToken(server, intruder.email)
  const owner = { email: intruder.email, password: freshPassword() }
  const registered = await server.send('POST /v1/auth/register', { json: { ...owner, name: 'Ada' } })
  expect(registered.status).toBe(202)
  const { data } = await waitForMail(server, owner.email, 'verify-email', 2)
  const verify = (token = '') => server.send('POST /v1/auth/email/verify', { json: { token } })
  expectProblem(await verify(first), 400, 'invalid_email_token')
  expect((await verify(data.token)).status).toBe(200)
  await expectNoLogIn(server, intruder)
  expect((await given.session(server, owner)).user).toMatchObject({ emailVerified: true, name: 'Ada', locale: null })
})

test('where proof is required, the owner who resets instead leaves the intruder nothing', async () => {
  const intruder = await given.account(server)
  const verification = await given.verificationToken(server, intruder.email)
  const owner = { email: intruder.email, password: freshPassword() }
  const json = { token: await given.resetToken(server, owner.email), newPassword: owner.password }
  expect((await server.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
  await expectNoLogIn(server, intruder)
  const late = await server.send('POST /v1/auth/email/verify', { json: { token: verification } })
  expectProblem(late, 400, 'invalid_email_token')
  await given.session(server, owner)
})
