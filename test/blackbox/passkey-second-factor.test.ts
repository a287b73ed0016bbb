import { expect, test } from 'bun:test'
import { freshPassword, given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { takeApart } from '../support/forgery'
import {
  askToLogIn,
  askToStepUp,
  beginLogIn,
  bindPasskey,
  type Caller,
  type Ceremony,
  ceremoniesOf,
  logInByPasskey,
  tokensIn,
  verifySecondFactor,
  verifyStepUp,
} from '../support/passkey-ceremonies'
import { expectAlive, expectEnded } from '../support/sessions'
import { SessionPage } from '../support/shapes'
import { target } from '../target'

const server = await target()

const sessionsOf = async (caller: Caller) =>
  SessionPage.parse((await server.send('GET /v1/sessions', { accessToken: caller.accessToken })).json).items

test('who has a passkey gets no token for the password alone, but is asked for the passkey', async () => {
  const person = await given.person(server)
  const { authenticator } = await bindPasskey(server, person)
  const logIn = await server.send('POST /v1/auth/login', { json: { email: person.email, password: person.password } })
  expect(logIn.text).not.toContain('accessToken')
  expect(logIn.headers.get('device-token')).toBeNull()
  expect(logIn.headers.getSetCookie()).toEqual([])
  const { token, methods, expiresIn } = await beginLogIn(server, person)
  expect({ methods, expiresIn }).toEqual({ methods: ['passkey', 'recovery_code'], expiresIn: 300 })
  expect(await sessionsOf(person)).toHaveLength(1)
  expectProblem(await server.send('GET /v1/me', { accessToken: token }), 401, 'invalid_access_token')

  const { allowCredentials, ...options } = await askToLogIn(server, { challengeToken: token })
  expect(allowCredentials).toEqual([{ id: authenticator.id, type: 'public-key', transports: ['internal'] }])
  const tokens = tokensIn(await verifySecondFactor(server, token, await authenticator.assert(options)))
  expect(takeApart(tokens.accessToken).payload).toMatchObject({
    sub: person.user.id,
    acr: 'aal2',
    amr: ['pwd', 'hwk', 'user', 'mfa'],
  })
  await expectAlive(server, tokens)
  expect(await sessionsOf(person)).toHaveLength(2)
})

test('a log-in by mail is finished by a passkey too', async () => {
  const person = await given.personWithoutPassword(server)
  const { authenticator } = await bindPasskey(server, person, { isSynced: true })
  const { token } = await given.logInMail(server, person.email)
  const reply = await server.send('POST /v1/auth/email-link/consume', { json: { token } })
  expect(reply.json).toMatchObject({ mfaRequired: true, challenge: { methods: ['passkey', 'recovery_code'] } })
  const { challenge } = Object(reply.json)
  const options = await askToLogIn(server, { challengeToken: challenge.token })
  const tokens = tokensIn(await verifySecondFactor(server, challenge.token, await authenticator.assert(options)))
  expect(takeApart(tokens.accessToken).payload).toMatchObject({ acr: 'aal2', amr: ['otp', 'swk', 'user', 'mfa'] })
})

test('a log-in is finished once, and may be tried again until then', async () => {
  const person = await given.person(server)
  const { authenticator } = await bindPasskey(server, person)
  const { token } = await beginLogIn(server, person)
  const attempt = async (origin = server.baseUrl) => {
    const options = await askToLogIn(server, { challengeToken: token })
    return verifySecondFactor(server, token, await authenticator.assert(options, { origin }))
  }
  // More often than wrong codes are borne: nobody guesses a signature, so nobody can lock the owner out by one.
  for (let count = 0; count < 8; count += 1) {
    expectProblem(await attempt('https://evil.example'), 400, 'invalid_passkey')
  }
  const unfinished = await authenticator.assert(await askToLogIn(server, { challengeToken: token }))
  tokensIn(await attempt())
  expectProblem(await verifySecondFactor(server, token, unfinished), 400, 'invalid_challenge')
  expectProblem(
    await server.send('POST /v1/auth/passkey/options', { json: { challengeToken: token } }),
    400,
    'invalid_challenge',
  )
})

test.each(['second factor', 'step-up'] as const)(
  'at a %s, where it is known who asks, the authenticator need not say whose passkey it is',
  async (place) => {
    const person = await given.person(server)
    const { authenticator } = await bindPasskey(server, person)
    const { begin }: Ceremony = ceremoniesOf(server, person, person)[place]
    for (const userHandle of [null, '', undefined]) {
      const { options, finish } = await begin()
      tokensIn(await finish(await authenticator.assert(options, { userHandle })))
    }
  },
)

test('the passkey of another account is no second factor, whatever it calls itself', async () => {
  const [ada, eve] = [await given.person(server), await given.person(server)]
  const [adas, eves] = [await bindPasskey(server, ada), await bindPasskey(server, eve)]
  const { userHandle } = adas.authenticator
  for (const lies of [{}, { userHandle: null }, { userHandle }, { userHandle, id: adas.authenticator.id }]) {
    const { token } = await beginLogIn(server, ada)
    const options = await askToLogIn(server, { challengeToken: token })
    const response = await eves.authenticator.assert(options, lies)
    expectProblem(await verifySecondFactor(server, token, response), 400, 'invalid_passkey')
  }
  const stepUp = await eves.authenticator.assert(await askToStepUp(server, ada))
  expectProblem(await verifyStepUp(server, ada, stepUp), 400, 'invalid_passkey')
})

test('a passkey that is gone finishes no log-in', async () => {
  const person = await given.person(server)
  const [first, second] = [await bindPasskey(server, person), await bindPasskey(server, person)]
  const { token } = await beginLogIn(server, person)
  const response = await first.authenticator.assert(await askToLogIn(server, { challengeToken: token }))
  const removal = await server.send(`DELETE /v1/me/passkeys/${first.passkey.id}`, person)
  expect(removal.status).toBe(204)
  expectProblem(await verifySecondFactor(server, token, response), 400, 'invalid_passkey')
  const options = await askToLogIn(server, { challengeToken: token })
  expect(options.allowCredentials.map(({ id }) => id)).toEqual([second.authenticator.id])
  tokensIn(await verifySecondFactor(server, token, await second.authenticator.assert(options)))
})

test('a step-up raises the session that asks, and replaces its tokens', async () => {
  const person = await given.person(server)
  const other = await given.session(server, person)
  const bound = await bindPasskey(server, person, { isSynced: true })
  const options = await askToStepUp(server, other)
  expect(options.allowCredentials.map(({ id }) => id)).toEqual([bound.authenticator.id])
  // `auth_time` counts seconds.
  await Bun.sleep(1100)
  const before = takeApart(other.accessToken).payload
  const raised = tokensIn(await verifyStepUp(server, other, await bound.authenticator.assert(options)))
  expect(raised.sessionId).toBe(other.sessionId)
  const { payload } = takeApart(raised.accessToken)
  expect(payload).toMatchObject({ acr: 'aal2', amr: ['pwd', 'swk', 'user', 'mfa'] })
  expect(Number(payload.auth_time)).toBeGreaterThan(Number(before.auth_time))
  expect(await sessionsOf(raised)).toHaveLength(2)
  const { accessToken, refreshToken } = raised
  expect(await given.refreshed(server, other.refreshToken)).toMatchObject({ accessToken, refreshToken })
  await expectAlive(server, raised)
})

test('who has a passkey changes nothing about passkeys with the password alone, and is told what would do', async () => {
  const person = await given.person(server)
  const other = await given.session(server, person)
  const { authenticator, passkey } = await bindPasskey(server, person)
  const attempts = () => [
    server.send('POST /v1/me/passkeys/options', other),
    server.send(`DELETE /v1/me/passkeys/${passkey.id}`, other),
    server.send(`PATCH /v1/me/passkeys/${passkey.id}`, { accessToken: other.accessToken, json: { name: 'Mine' } }),
  ]
  for (const reply of await Promise.all(attempts())) {
    expectProblem(reply, 401, 'insufficient_user_authentication')
    expect(reply.json).toMatchObject({ acrValues: 'aal2', maxAge: 300 })
    expect(reply.headers.get('www-authenticate')).toContain('acr_values="aal2", max_age="300"')
  }
  await verifyStepUp(server, other, await authenticator.assert(await askToStepUp(server, other)))
  await bindPasskey(server, other)
})

test('a new password lets the passkey be, and ends the sessions that it opened', async () => {
  const person = await given.person(server)
  const bound = await bindPasskey(server, person)
  const opened = tokensIn(await logInByPasskey(server, bound))
  const json = { token: await given.resetToken(server, person.email), newPassword: freshPassword() }
  expect((await server.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
  await expectEnded(server, opened)
  expect(tokensIn(await logInByPasskey(server, bound)).user.id).toBe(person.user.id)
})
