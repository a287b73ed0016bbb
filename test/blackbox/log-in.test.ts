import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { visible } from '../support/visible'
import { target } from '../target'

const server = await target()

const logIn = (json: Record<string, unknown>) => server.send('POST /v1/auth/login', { json })

test('an unknown address, a wrong password and an unproved address with a wrong password can’t be told apart', async () => {
  const [proved, unproved] = [await given.provedAccount(server), await given.account(server)]
  const [wrong, unknown, waiting] = await Promise.all(
    [proved.email, freshEmail(), unproved.email].map((email) => logIn({ email, password: freshPassword() })),
  )
  if (!wrong || !unknown || !waiting) throw new Error('Three answers were asked for.')
  expectProblem(wrong, 401, 'invalid_credentials')
  expect(visible(unknown)).toEqual(visible(wrong))
  expect(visible(waiting)).toEqual(visible(wrong))
})

test('only who knows the password learns that the address is not proved, and what is left to do', async () => {
  const reply = await logIn({ ...(await given.account(server)) })
  expectProblem(reply, 403, 'email_unverified')
  expect(reply.json).not.toHaveProperty('accessToken')
  expect(reply.json).toMatchObject({
    activation: { isFullyActivated: false, canLogin: false, pendingTasks: ['email_verification'] },
  })
})

test('each log-in opens a session of its own, which lives as long as the tokens say', async () => {
  const account = await given.provedAccount(server)
  const [first, second] = [await given.session(server, account), await given.session(server, account)]
  expect(second.sessionId).not.toBe(first.sessionId)
  expect(second.refreshToken).not.toBe(first.refreshToken)
  for (const { expiresIn, refreshExpiresIn } of [first, second]) {
    expect(expiresIn).toBeWithin(800, 901)
    expect(refreshExpiresIn).toBeWithin(604_790, 604_801)
  }
})

test('a wrong password leaves the sessions of the account alone', async () => {
  const { email, accessToken } = await given.person(server)
  expectProblem(await logIn({ email, password: freshPassword() }), 401, 'invalid_credentials')
  expect((await server.send('GET /v1/me', { accessToken })).status).toBe(200)
})

test('a log-in takes its own fields only, and only a transport that exists', async () => {
  const account = await given.account(server)
  expectFaults(await logIn({ ...account, remember: true }), { '/remember': 'unrecognized_keys' })
  expectFaults(await logIn({ ...account, transport: 'header' }), { '/transport': 'invalid_value' })
  expectFaults(await logIn({}), { '/email': 'invalid_type', '/password': 'invalid_type' })
})
