import { expect, test } from 'bun:test'
import { TokenSet } from '#features/sessions/contract'
import { app } from '../../../src/app'
import { type Answer, toAnswer } from '../../platform/calls'
import { eventsOf } from '../audit/events'
import { addTotp, challengeIn, codeOf, nextStep, verifyTotp } from '../authenticators/second-factors'
import { logIn, mailedToken, registerAndLogIn } from '../people'
import { comeBackAs, exchangeIn, type FederatedWorld, openFederatedWorld } from './federated-world'
import { goodClaims } from './stand-in-issuer'

const logOutEvent = 'http://schemas.openid.net/event/backchannel-logout'

const claimsIn = ({ world }: FederatedWorld, more: Record<string, unknown> = {}) => {
  const now = world.clock.now().getTime() / 1000
  const { email: _, email_verified: __, ...usual } = goodClaims(null, { iat: now, exp: now + 120 })
  return { ...usual, jti: crypto.randomUUID(), events: { [logOutEvent]: {} }, ...more }
}

const formType = 'application/x-www-form-urlencoded'

const post = async ({ world }: FederatedWorld, body: string, { type = formType, provider = 'acme' } = {}) =>
  toAnswer(
    await app.fetch(
      new Request(`${world.config.BASE_URL}/v1/auth/oauth/${provider}/backchannel-logout`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      }),
      world.platform,
    ),
  )

const say = (opened: FederatedWorld, logOutToken: string, provider = 'acme'): Promise<Answer> =>
  post(opened, String(new URLSearchParams({ logout_token: logOutToken })), { provider })

const isAlive = async ({ world }: FederatedWorld, token: string): Promise<boolean> =>
  (await world.send('GET /v1/me', { token })).status === 200

const logInAs = async (opened: FederatedWorld, claims: object = {}): Promise<string> =>
  String(Object((await exchangeIn(opened.world, await comeBackAs(opened, claims))).body).accessToken)

test('who logs out at the provider is logged out here, of each session that began there, and nobody else is', async () => {
  const opened = await openFederatedWorld()
  const { world, acme } = opened
  await registerAndLogIn(world)
  await world.send('POST /v1/auth/email/verify', { json: { token: mailedToken(world) } })
  const { accessToken: byPassword } = await logIn(world)
  const mine = [await logInAs(opened), await logInAs(opened)]
  const other = await logInAs(opened, { sub: 'grace', email: 'grace@example.com' })
  const events = await eventsOf(world, async () => {
    const answer = await say(opened, await acme.sign(claimsIn(opened), { typ: 'logout+jwt' }))
    expect({ status: answer.status, caching: answer.headers.get('cache-control') }).toEqual({
      status: 200,
      caching: 'no-store',
    })
  })
  expect(events).toMatchObject([{ type: 'session.ended', data: { reason: 'provider_logout', count: 2 } }])
  for (const token of mine) {
    expect(await world.send('GET /v1/me', { token })).toMatchObject({ status: 401, body: { code: 'session_revoked' } })
  }
  expect([await isAlive(opened, byPassword), await isAlive(opened, other)]).toEqual([true, true])
})

test('a session that a second factor opened ends too, since its log-in began there', async () => {
  const opened = await openFederatedWorld()
  const { world, acme } = opened
  const { secret } = await addTotp(world, { accessToken: await logInAs(opened) })
  nextStep(world)
  const challenged = await exchangeIn(world, await comeBackAs(opened))
  const finished = await verifyTotp(world, challengeIn(challenged).token, codeOf(world, secret))
  const { accessToken } = TokenSet.parse(finished.body)
  expect(await isAlive(opened, accessToken)).toBe(true)
  await say(opened, await acme.sign(claimsIn(opened)))
  expect(await isAlive(opened, accessToken)).toBe(false)
})

test('a session that began at another provider goes on', async () => {
  const opened = await openFederatedWorld({
    OAUTH_OTHER_ISSUER: 'https://other.example',
    OAUTH_OTHER_CLIENT_ID: 'postern',
    OAUTH_OTHER_CLIENT_SECRET: 'secret',
  })
  const { world, acme } = opened
  const atAcme = await logInAs(opened)
  await world.db.run(
    `insert into identity (id, user_id, provider, issuer, subject, is_refreshable, created_at, last_used_at)
    select gen_random_uuid(), id, 'other', 'https://other.example', 'ada-at-other', false, now(), now() from "user"`,
    [],
    'objects',
  )
  acme.answers['https://other.example/.well-known/openid-configuration'] = () =>
    Response.json({
      issuer: 'https://other.example',
      authorization_endpoint: 'https://other.example/auth',
      token_endpoint: 'https://other.example/token',
      jwks_uri: 'https://other.example/jwks',
      id_token_signing_alg_values_supported: ['ES256'],
    })
  acme.answers['https://other.example/jwks'] = (call) => acme.answers['/jwks']?.(call) ?? Response.error()
  const logOutToken = await acme.sign(claimsIn(opened, { iss: 'https://other.example', sub: 'ada-at-other' }))
  expect((await say(opened, logOutToken, 'other')).status).toBe(200)
  expect(await isAlive(opened, atAcme)).toBe(true)
})

test('a token that says it again ends nothing that began since', async () => {
  const opened = await openFederatedWorld()
  const logOutToken = await opened.acme.sign(claimsIn(opened))
  await logInAs(opened)
  expect((await say(opened, logOutToken)).status).toBe(200)
  opened.world.advance(30)
  const later = await logInAs(opened)
  await say(opened, logOutToken)
  expect(await isAlive(opened, later)).toBe(true)
})

type Forge = (opened: FederatedWorld) => string | Promise<string>

const encode = (part: object) =>
  new TextEncoder().encode(JSON.stringify(part)).toBase64({ alphabet: 'base64url', omitPadding: true })

const withClaims =
  (more: Record<string, unknown>): Forge =>
  (opened) =>
    opened.acme.sign(claimsIn(opened, more))

const bad: [string, Forge][] = [
  ['of another issuer', withClaims({ iss: 'https://evil.example' })],
  ['for another client', withClaims({ aud: 'other' })],
  ['for an app of ours, which has no sessions', withClaims({ aud: 'postern-ios' })],
  ['without an event', withClaims({ events: undefined })],
  ['of another event', withClaims({ events: { 'http://schemas.openid.net/event/other': {} } })],
  ['whose event is a text', withClaims({ events: logOutEvent })],
  ['with a nonce, as an id_token has', withClaims({ nonce: 'a nonce' })],
  ['of nobody', withClaims({ sub: undefined })],
  ['without an id', withClaims({ jti: undefined })],
  ['without a time', withClaims({ iat: undefined })],
  ['without an end', withClaims({ exp: undefined })],
  [
    'that ended',
    ({ world, acme }) => acme.sign(claimsIn({ world, acme }, { exp: world.clock.now().getTime() / 1000 - 61 })),
  ],
  ['of alg none', (opened) => `${encode({ alg: 'none' })}.${encode(claimsIn(opened))}.`],
  ['that is none', () => 'a token'],
  ['that is empty', () => ''],
]

test.each(bad)('a logout token %s is refused, and nobody is logged out', async (_, forge) => {
  const opened = await openFederatedWorld({ OAUTH_ACME_NATIVE_CLIENT_IDS: 'postern-ios' })
  const token = await logInAs(opened)
  expect(await say(opened, await forge(opened))).toMatchObject({ status: 400, body: { code: 'invalid_log_out_token' } })
  expect(await isAlive(opened, token)).toBe(true)
})

test('a logout token comes in a form of a decent size, or is refused', async () => {
  const opened = await openFederatedWorld()
  const logOutToken = await opened.acme.sign(claimsIn(opened))
  expect((await post(opened, JSON.stringify({ logout_token: logOutToken }), { type: 'application/json' })).status).toBe(
    400,
  )
  expect((await post(opened, `logout_token=${'a'.repeat(20_000)}`)).status).toBe(400)
})

test('a session that a second factor raised ends with the provider’s too', async () => {
  const opened = await openFederatedWorld()
  const token = await logInAs(opened)
  await opened.world.db.run(`update session set acr = 'aal2', amr = amr || '["otp", "mfa"]'::jsonb`, [], 'objects')
  expect((await say(opened, await opened.acme.sign(claimsIn(opened)))).status).toBe(200)
  expect(await isAlive(opened, token)).toBe(false)
})
