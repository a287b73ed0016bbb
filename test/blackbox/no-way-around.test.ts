import { expect, test } from 'bun:test'
import { freshEmail, freshPassword, given } from '../given'
import { fromOwnPage } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { listOperations } from '../support/operations'
import type { RouteCall } from '../support/route-call'
import { countedCalls } from '../support/route-calls'
import { challengeIn, verifyRecoveryCode, verifyTotp } from '../support/second-factors'
import { logIn } from '../support/sessions'
import { TokenSet } from '../support/shapes'
import { target } from '../target'

const server = await target()

/** Somebody whose password is known, and a log-in of theirs that waits for the second factor. */
const givenWaiting = async () => {
  const person = await given.personWithTotp(server)
  return { person, challenge: await given.challenge(server, person) }
}

/** A call as `countedCalls` has it; its password is the one of the greeting's example, and no secret. */
const call = ({ route, json }: RouteCall, headers: Record<string, string>) =>
  server.send(route, { headers, ...(json !== undefined && { body: JSON.stringify(json) }) })

const toTemplate = (route: string) => route.replaceAll(/:(\w+)/g, '{$1}')

test('every route that acts for a user is walked over', async () => {
  const walked = new Set(countedCalls('').map(({ template }) => toTemplate(template)))
  const missed = (await listOperations(server)).filter(({ needsUser, route }) => needsUser && !walked.has(route))
  expect(missed.map(({ route }) => route)).toEqual([])
})

test('a challenge is no access token: no route that acts for a user takes it, in no place', async () => {
  const { person, challenge } = await givenWaiting()
  const { token } = challenge
  const places: [headers: Record<string, string>, code: string][] = [
    [{ authorization: `Bearer ${token}` }, 'invalid_access_token'],
    [{ cookie: `__Host-access=${token}`, ...fromOwnPage }, 'invalid_access_token'],
    [{ cookie: `__Secure-refresh=${token}; __Host-device=${token}`, ...fromOwnPage }, 'unauthenticated'],
    [{ 'device-token': token }, 'unauthenticated'],
  ]
  const calls = countedCalls(token).filter(({ needsUser }) => needsUser)
  expect(calls.length).toBeGreaterThan(20)
  for (const one of calls) {
    for (const [headers, code] of places) expectProblem(await call(one, headers), 401, code)
  }
  expect((await verifyTotp(server, challenge, person.app.next())).status).toBe(200)
})

/** The bodies in which a token of ours is taken somewhere. */
const bodiesWith = (token: string): object[] => [
  { token },
  { token, transport: 'bearer' },
  { token, newPassword: freshPassword() },
  { refreshToken: token },
  { challengeToken: token },
  { email: freshEmail(), code: token },
  { method: 'totp', code: token },
]

test('nor is it any other token: no route takes it in its body for anything', async () => {
  const { person, challenge } = await givenWaiting()
  const taken: string[] = []
  for (const { route, takesBody } of await listOperations(server)) {
    if (!takesBody || route.includes('{')) continue
    for (const json of bodiesWith(challenge.token)) {
      const { status } = await server.send(route, { json })
      expect(status, route).toBeLessThan(500)
      if (status < 300) taken.push(`${route} ${Object.keys(json)}`)
    }
  }
  // Without a passkey there is nothing to be asked for at /v1/auth/passkey/options either.
  expect(taken).toEqual([])
  const forRefresh = { cookie: `__Secure-refresh=${challenge.token}`, ...fromOwnPage }
  const refreshed = await server.send('POST /v1/auth/refresh', { headers: forRefresh, json: {} })
  expectProblem(refreshed, 401, 'invalid_refresh_token')
  expect((await verifyTotp(server, challenge, person.app.next())).status).toBe(200)
})

test('a device token that is a challenge makes no device known or trusted', async () => {
  const { person, challenge } = await givenWaiting()
  const { email, password } = person
  const headers = { 'device-token': challenge.token }
  challengeIn(await server.send('POST /v1/auth/login', { headers, json: { email, password } }))
})

test('no other token of ours is a challenge', async () => {
  const { person } = await givenWaiting()
  const reply = await verifyTotp(server, await given.challenge(server, person), person.app.next())
  const { accessToken, refreshToken, sessionId, user } = TokenSet.parse(reply.json)
  const device = reply.headers.get('device-token') ?? ''
  const [, claims = ''] = /^pdt_(.+)$/.exec(device) ?? []
  const mailed = await given.logInMail(server, person.email)
  const others = [accessToken.slice(0, 128), refreshToken, device, `plc_${claims}`, mailed.token, sessionId, user.id]
  for (const token of others) {
    expectProblem(await verifyTotp(server, { token }, person.app.wrong()), 400, 'invalid_challenge')
    expectProblem(
      await server.send('POST /v1/auth/mfa/enrol', { json: { challengeToken: token } }),
      400,
      'invalid_challenge',
    )
  }
})

test('no way in by mail goes around: link, code, reset and a new address all end at the second factor', async () => {
  const { person } = await givenWaiting()
  const [password, email] = [freshPassword(), freshEmail()]
  const { token, code } = await given.logInMail(server, person.email)
  challengeIn(await server.send('POST /v1/auth/email-link/consume', { json: { email: person.email, code } }))
  expectProblem(await server.send('POST /v1/auth/email-link/consume', { json: { token } }), 400, 'invalid_email_token')
  const move = await given.emailChangeToken(server, person, email)
  expect((await server.send('POST /v1/me/email/change/confirm', { json: { token: move } })).status).toBe(200)
  const reset = { token: await given.resetToken(server, email), newPassword: password }
  expect((await server.send('POST /v1/auth/password/reset', { json: reset })).status).toBe(204)
  challengeIn(await logIn(server, { email, password }))
  const link = await given.logInMail(server, email)
  const challenge = challengeIn(await server.send('POST /v1/auth/email-link/consume', { json: { token: link.token } }))
  expect((await verifyTotp(server, challenge, person.app.next())).status).toBe(200)
})

test('a challenge asks for no enrolment where there is a second factor, and none can be made by it', async () => {
  const { person, challenge } = await givenWaiting()
  const json = { challengeToken: challenge.token }
  for (const _ of [1, 2]) {
    expectProblem(await server.send('POST /v1/auth/mfa/enrol', { json }), 400, 'invalid_challenge')
  }
  expect((await verifyTotp(server, challenge, person.app.next())).status).toBe(200)
})

test('the steps have one order: without the first there is no second, and after the last no other', async () => {
  const person = await given.personWithTotp(server)
  for (const token of ['', 'plc_', `plc_${'A'.repeat(86)}`]) {
    const reply = await verifyTotp(server, { token }, person.app.wrong())
    expect([400, 422]).toContain(reply.status)
  }
  const challenge = await given.challenge(server, person)
  expect((await verifyRecoveryCode(server, challenge, person.recoveryCodes[0] ?? '')).status).toBe(200)
  expectProblem(await verifyRecoveryCode(server, challenge, person.recoveryCodes[1] ?? ''), 400, 'invalid_challenge')
  expectProblem(
    await server.send('POST /v1/auth/passkey/options', { json: { challengeToken: challenge.token } }),
    400,
    'invalid_challenge',
  )
})

test('what a session without the second factor may not do: anything that changes how its owner logs in', async () => {
  const person = await given.person(server)
  const weak = await given.session(server, person)
  await given.totpApp(server, person)
  const { accessToken } = weak
  const privileged = countedCalls('').filter(
    ({ template, needsUser }) =>
      /^(POST|PATCH|DELETE) \/v1\/me\/(mfa|passkeys|email|identities)/.test(template) && needsUser,
  )
  expect(privileged.length).toBeGreaterThan(11)
  for (const one of privileged) {
    const refused = await call(one, { authorization: `Bearer ${accessToken}` })
    expectProblem(refused, 401, 'insufficient_user_authentication')
    expect(refused.headers.get('www-authenticate')).toContain('acr_values="aal2"')
  }
})
