import { expect, test } from 'bun:test'
import { type Guarded, given } from '../given'
import { expectFaultyField, expectProblem } from '../support/expect-problem'
import { waitForMail } from '../support/mailbox'
import { challengeIn, mfaStateOf, TotpSecret, verifyTotp } from '../support/second-factors'
import { logIn } from '../support/sessions'
import { TokenSet } from '../support/shapes'
import { stepAt, totpCode } from '../support/totp'
import { target } from '../target'

const server = await target()

interface Caller {
  accessToken: string
}

const begin = async ({ accessToken }: Caller, json: object = {}) =>
  TotpSecret.parse((await server.send('POST /v1/me/mfa/totp', { accessToken, json })).json)

const confirm = ({ accessToken }: Caller, code: string) =>
  server.send('POST /v1/me/mfa/totp/confirm', { accessToken, json: { code } })

const remove = ({ accessToken }: Caller, id: string) => server.send(`DELETE /v1/me/mfa/totp/${id}`, { accessToken })

const rename = ({ accessToken }: Caller, id: string, name: string) =>
  server.send(`PATCH /v1/me/mfa/totp/${id}`, { accessToken, json: { name } })

/** The session of somebody with a second factor that was opened before they had it. */
const weakSession = async (): Promise<Guarded & { weak: TokenSet }> => {
  const person = await given.person(server)
  const weak = await given.session(server, person)
  return { ...person, weak, ...(await given.totpApp(server, person)) }
}

test('an app is told its secret, the address that scanners read and an image of that', async () => {
  const person = await given.person(server)
  const { secret, otpauthUri, qrSvg } = await begin(person, { name: 'Phone' })
  const uri = new URL(otpauthUri)
  expect(decodeURIComponent(uri.pathname)).toBe(`/Postern:${person.email}`)
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    issuer: 'Postern',
    secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
  const other = await begin(person)
  expect(other.secret).not.toBe(secret)
  expect(other.qrSvg).not.toBe(qrSvg)
})

test('it is asked for once it is confirmed, and not before', async () => {
  const person = await given.person(server)
  const { secret } = await begin(person, { name: 'Phone' })
  await given.session(server, person)
  const code = totpCode(secret, stepAt(new Date()))
  expect((await confirm(person, code)).status).toBe(200)
  const challenge = challengeIn(await logIn(server, person))
  expectProblem(await verifyTotp(server, challenge, code), 400, 'invalid_code')
  const { data } = await waitForMail(server, person.email, 'totp-added')
  expect(data).toMatchObject({ detail: 'Phone' })
})

test('a wrong code confirms nothing, and what is no code is told by its field', async () => {
  const person = await given.person(server)
  const { secret } = await begin(person)
  const step = stepAt(new Date())
  for (const away of [-4, 4]) expectProblem(await confirm(person, totpCode(secret, step + away)), 400, 'invalid_code')
  for (const code of ['', '12345', '1234567', 'abcdef']) expectFaultyField(await confirm(person, code), '/code')
  await given.session(server, person)
})

test('an account may have several, by name; each logs in', async () => {
  const person = await given.person(server)
  const apps = [await given.totpApp(server, person, 'Phone'), await given.totpApp(server, person, 'Tablet')]
  expect(apps.map(({ recoveryCodes }) => recoveryCodes.length)).toEqual([10, 0])
  const { totp, methods } = await mfaStateOf(server, person)
  expect(totp.map(({ name }) => name)).toEqual(['Phone', 'Tablet'])
  expect(methods).toEqual(['totp', 'recovery_code'])
  for (const { app } of apps) await given.guardedSession(server, { ...person, app })
  const [phone, tablet] = totp
  expect((await rename(person, tablet?.id ?? '', 'Old tablet')).status).toBe(204)
  expect((await remove(person, phone?.id ?? '')).status).toBe(204)
  expect((await mfaStateOf(server, person)).totp).toMatchObject([{ id: tablet?.id, name: 'Old tablet' }])
})

test('removing one asks for a fresh second factor in the words of RFC 9470, and goes on after a step-up', async () => {
  const { weak, app, ...person } = await weakSession()
  const [{ id } = { id: '' }] = (await mfaStateOf(server, person)).totp
  for (const refused of [
    await remove(weak, id),
    await server.send('DELETE /v1/me/mfa/totp', weak),
    await rename(weak, id, 'Mine'),
    await server.send('POST /v1/me/mfa/totp', { ...weak, json: {} }),
    await server.send('POST /v1/me/mfa/recovery-codes', weak),
  ]) {
    expectProblem(refused, 401, 'insufficient_user_authentication')
    expect(refused.json).toMatchObject({ acrValues: 'aal2', maxAge: 300 })
    const challenge = refused.headers.get('www-authenticate')
    expect(challenge).toMatch(/^Bearer realm="postern", error="insufficient_user_authentication"/)
    expect(challenge).toEndWith(', acr_values="aal2", max_age="300"')
  }
  const json = { method: 'totp', code: app.next() }
  const raised = TokenSet.parse((await server.send('POST /v1/auth/step-up', { ...weak, json })).json)
  expect(raised.sessionId).toBe(weak.sessionId)
  expect((await remove(raised, id)).status).toBe(204)
  await waitForMail(server, person.email, 'totp-removed')
  await given.session(server, person)
})

test('somebody else’s app looks as if it did not exist', async () => {
  const [ada, eve] = [await given.personWithTotp(server), await given.personWithTotp(server)]
  const [{ id } = { id: '' }] = (await mfaStateOf(server, ada)).totp
  for (const unknown of [id, crypto.randomUUID()]) {
    expectProblem(await remove(eve, unknown), 404, 'not_found')
    expectProblem(await rename(eve, unknown, 'Mine'), 404, 'not_found')
  }
  expect((await mfaStateOf(server, ada)).totp).toMatchObject([{ id, name: 'Authenticator app' }])
})

test('nobody sets one up for an address that is not proved', async () => {
  const open = await target({ EMAIL_VERIFICATION: 'optional' })
  const { accessToken } = await given.newcomer(open)
  const refused = await open.send('POST /v1/me/mfa/totp', { accessToken, json: {} })
  expectProblem(refused, 403, 'email_unverified')
})

test('a cookie changes authenticators from our own page only', async () => {
  const person = await given.person(server)
  const cookie = { cookie: `__Host-access=${person.accessToken}` }
  const requests: [route: string, json: object][] = [
    ['POST /v1/me/mfa/totp', {}],
    ['POST /v1/me/mfa/totp/confirm', { code: '271828' }],
    ['DELETE /v1/me/mfa/totp', {}],
    ['POST /v1/me/mfa/recovery-codes', {}],
    ['DELETE /v1/me/trusted-devices', {}],
    ['POST /v1/auth/step-up', { method: 'password', password: person.password }],
  ]
  for (const [route, json] of requests) {
    const reply = await server.send(route, { headers: { ...cookie, 'sec-fetch-site': 'cross-site' }, json })
    expectProblem(reply, 403, 'cross_site_request')
  }
  const own = await server.send('POST /v1/me/mfa/totp', {
    headers: { ...cookie, 'sec-fetch-site': 'same-origin' },
    json: {},
  })
  expect(own.status).toBe(200)
})
