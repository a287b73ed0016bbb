import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { ActivationAnswer, Registered, TokenSet, User } from '../support/shapes'
import { target } from '../target'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

test('one registers, proves the address, logs in, edits the profile, refreshes and logs out, and that counts at once', async () => {
  const [email, password] = [freshEmail(), freshPassword()]
  const registered = await server.send('POST /v1/auth/register', { json: { email, password, name: 'Ada Lovelace' } })
  expect(registered.status).toBe(202)
  expect(ActivationAnswer.parse(registered.json).activation).toMatchObject({
    isFullyActivated: false,
    canLogin: false,
    pendingTasks: ['email_verification'],
  })
  expectProblem(await server.send('POST /v1/auth/login', { json: { email, password } }), 403, 'email_unverified')

  const token = await given.verificationToken(server, email)
  const proved = await server.send('POST /v1/auth/email/verify', { json: { token } })
  expect(proved.status).toBe(200)
  expect(ActivationAnswer.parse(proved.json).activation).toMatchObject({ isFullyActivated: true, canLogin: true })

  const loggedIn = await server.send('POST /v1/auth/login', { json: { email, password } })
  expect(loggedIn.status).toBe(200)
  const first = TokenSet.parse(loggedIn.json)
  expect(first.user).toMatchObject({ email, emailVerified: true, name: 'Ada Lovelace' })

  const me = await server.send('GET /v1/me', { accessToken: first.accessToken })
  expect(me.status).toBe(200)
  expect(User.parse(me.json)).toEqual(first.user)
  const patched = await server.send('PATCH /v1/me', { accessToken: first.accessToken, json: { bio: 'Engines.' } })
  expect(patched.status).toBe(200)
  expect(User.parse(patched.json)).toMatchObject({ bio: 'Engines.', name: 'Ada Lovelace' })

  const second = await given.refreshed(server, first.refreshToken)
  expect(second.sessionId).toBe(first.sessionId)
  expect(second.user.bio).toBe('Engines.')

  const loggedOut = await server.send('POST /v1/auth/logout', { accessToken: second.accessToken })
  expect(loggedOut).toMatchObject({ status: 204, text: '' })
  for (const { accessToken, refreshToken } of [first, second]) {
    expectProblem(await server.send('GET /v1/me', { accessToken }), 401, 'session_revoked')
    const refresh = await server.send('POST /v1/auth/refresh', { json: { refreshToken } })
    expectProblem(refresh, 401, 'invalid_refresh_token')
  }
})

test('where no proof is needed one is logged in by registering, and can prove the address later', async () => {
  const [email, password] = [freshEmail(), freshPassword()]
  const reply = await open.send('POST /v1/auth/register', { json: { email, password, locale: 'pt-BR' } })
  expect(reply.status).toBe(201)
  const { user, activation, tokens } = Registered.parse(reply.json)
  expect(user).toMatchObject({ email, emailVerified: false, locale: 'pt-BR', name: null })
  expect(activation).toMatchObject({ isFullyActivated: false, canLogin: true, pendingTasks: ['email_verification'] })
  expect(tokens.user).toEqual(user)
  expect((await open.send('GET /v1/me', { accessToken: tokens.accessToken })).json).toEqual(user)

  const token = await given.verificationToken(open, email)
  const verified = await open.send('POST /v1/auth/email/verify', { accessToken: tokens.accessToken, json: { token } })
  expect(ActivationAnswer.parse(verified.json).activation).toMatchObject({ isFullyActivated: true, pendingTasks: [] })
  const me = await open.send('GET /v1/me', { accessToken: tokens.accessToken })
  expect(User.parse(me.json)).toMatchObject({ id: user.id, emailVerified: true })
})

test('a log-out is idempotent, and asks for no body and no live session', async () => {
  const { accessToken } = await given.person(server)
  for (const _ of [1, 2]) expect((await server.send('POST /v1/auth/logout', { accessToken })).status).toBe(204)
  expect((await server.send('POST /v1/auth/logout')).status).toBe(204)
  expect((await server.send('POST /v1/auth/logout', { accessToken: 'not.a.token' })).status).toBe(204)
})
