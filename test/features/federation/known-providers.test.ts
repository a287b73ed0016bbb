import { expect, test } from 'bun:test'
import { openWorld, type World } from '../../platform'
import { makeProviderKey, signWithKey } from '../../support/openid-provider-keys'
import { exchangeIn, goToProvider, refusalsOf, settingsFor } from './federated-world'
import { createStandIn, goodClaims, tokenAnswer } from './stand-in-issuer'

const key = await makeProviderKey('RS256')
const { kty, n, e } = key.jwk as Record<string, string>

/** A world with a stand-in at the real addresses of a provider that speaks OpenID Connect. */
const openWorldWith = async (
  provider: string,
  issuer: string,
  named = issuer,
  more: Record<string, string> = {},
  userinfo?: string,
) => {
  const answers: Parameters<typeof createStandIn>[0] = {
    [`${issuer}/.well-known/openid-configuration`]: () =>
      Response.json({
        issuer: named,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        token_endpoint_auth_methods_supported: ['client_secret_post'],
        ...(userinfo && { userinfo_endpoint: userinfo }),
      }),
    [`${issuer}/keys`]: () => Response.json({ keys: [{ kty, n, e, kid: key.kid }] }),
  }
  const outside = createStandIn(answers)
  const world = (await openWorld(settingsFor([provider], more))).startAnother({}, { providers: outside.providers })
  return { world, issuer, ...outside }
}

type Opened = Awaited<ReturnType<typeof openWorldWith>>

const logIn = async ({ world, answers, issuer }: Opened, provider: string, claims: Record<string, unknown>) => {
  const flow = await goToProvider(world, provider)
  answers[`${issuer}/token`] = async () => tokenAnswer(await signWithKey(key, goodClaims(flow.nonce, claims)))
  const came = await flow.comeBack()
  return came.error === null ? exchangeIn(world, came.returned()) : came
}

const standard = [
  ['google', 'https://accounts.google.com'],
  ['gitlab', 'https://gitlab.com'],
  ['slack', 'https://slack.com'],
] as const

test.each(standard)('%s is %s, by discovery alone', async (provider, issuer) => {
  const opened = await openWorldWith(provider, issuer)
  const answer = await logIn(opened, provider, { iss: issuer })
  expect(answer).toMatchObject({ status: 200, body: { user: { email: 'ada@example.com', emailVerified: true } } })
  const stored = await opened.world.db.run('select provider, issuer, subject from identity', [], 'arrays')
  expect(stored).toEqual([[provider, issuer, 'ada-at-acme']])
})

test.each(standard)('%s vouches for no address that it does not call verified', async (provider, issuer) => {
  for (const isVerified of [false, 'false', 'true', 1, null, undefined]) {
    const opened = await openWorldWith(provider, issuer)
    const answer = await logIn(opened, provider, { iss: issuer, email_verified: isVerified })
    expect(answer).toMatchObject({ status: 403, body: { code: 'identity_unproved' } })
  }
})

test('LinkedIn, which puts no nonce into its id_token, tells who somebody is where it is asked', async () => {
  const issuer = 'https://www.linkedin.com/oauth'
  const { world, answers } = await openWorldWith('linkedin', issuer, issuer, {}, 'https://api.linkedin.com/v2/userinfo')
  const person = { sub: '782bbtaQ', email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace' }
  answers['https://api.linkedin.com/v2/userinfo'] = () => Response.json(person)
  const flow = await goToProvider(world, 'linkedin')
  const claims = { ...goodClaims(null, { iss: issuer, ...person }) }
  answers['https://www.linkedin.com/oauth/v2/accessToken'] = async () => tokenAnswer(await signWithKey(key, claims))
  const came = await flow.comeBack()
  expect(came.error).toBeNull()
  expect(await exchangeIn(world, came.returned())).toMatchObject({
    status: 200,
    body: { user: { name: 'Ada Lovelace' } },
  })
})

const microsoft = 'https://login.microsoftonline.com'
const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const otherTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'
const openMicrosoft = (more: Record<string, string> = {}, authority = 'common') =>
  openWorldWith(
    'microsoft',
    `${microsoft}/${authority}/v2.0`,
    `${microsoft}/${authority === 'common' ? '{tenantid}' : authority}/v2.0`,
    more,
  )

const ofTenant = (tid: string, more: object = {}) => ({ iss: `${microsoft}/${tid}/v2.0`, tid, ...more })

test('Microsoft’s issuer is the tenant’s, and its word for an address counts only with `xms_edov`', async () => {
  for (const xms_edov of [true, 1, '1', 'true']) {
    const answer = await logIn(await openMicrosoft(), 'microsoft', ofTenant(tenant, { xms_edov }))
    expect(answer).toMatchObject({ status: 200, body: { user: { emailVerified: true } } })
  }
  for (const xms_edov of [undefined, false, 0, '0', 'false', null]) {
    const opened = await openMicrosoft()
    const answer = await logIn(opened, 'microsoft', ofTenant(tenant, { xms_edov, email_verified: true }))
    expect(answer).toMatchObject({ status: 403, body: { code: 'identity_unproved' } })
  }
})

test('the same subject at two tenants is two people', async () => {
  const opened = await openMicrosoft()
  const proved = { xms_edov: true }
  await logIn(opened, 'microsoft', ofTenant(tenant, proved))
  const other = await logIn(opened, 'microsoft', ofTenant(otherTenant, { ...proved, email: 'grace@example.com' }))
  expect(other).toMatchObject({ status: 200, body: { user: { email: 'grace@example.com' } } })
  const stored = await opened.world.db.run('select issuer from identity order by issuer', [], 'arrays')
  expect(stored).toEqual([[`${microsoft}/${tenant}/v2.0`], [`${microsoft}/${otherTenant}/v2.0`]])
})

const foreign: [string, Record<string, unknown>][] = [
  ['the issuer of another tenant than it names', { iss: `${microsoft}/${otherTenant}/v2.0`, tid: tenant }],
  ['no tenant', { iss: `${microsoft}/${tenant}/v2.0` }],
  ['a tenant that is none', { iss: `${microsoft}/common/v2.0`, tid: 'common' }],
  ['the issuer of another site', { iss: `https://evil.example/${tenant}/v2.0`, tid: tenant }],
]

test.each(foreign)('a token of Microsoft with %s is refused, and recorded as that', async (_, claims) => {
  const opened = await openMicrosoft()
  expect(await logIn(opened, 'microsoft', { ...claims, xms_edov: true })).toMatchObject({ error: 'provider_failed' })
  const reasons = (await refusalsOf(opened.world)).map((data) => Object(data).reason)
  expect(reasons).toHaveLength(1)
  expect(reasons).not.toContain('unavailable')
})

test('where the settings name one tenant of Microsoft, only people of that tenant get in', async () => {
  const opened = await openMicrosoft({ OAUTH_MICROSOFT_ISSUER: `${microsoft}/${tenant}/v2.0` }, tenant)
  expect(await logIn(opened, 'microsoft', ofTenant(tenant, { xms_edov: true }))).toMatchObject({ status: 200 })
  const other = ofTenant(otherTenant, { xms_edov: true, email: 'grace@example.com' })
  expect(await logIn(opened, 'microsoft', other)).toMatchObject({ error: 'provider_failed' })
})

const bringToApple = async (world: World, claims: Record<string, unknown>) => {
  const now = world.clock.now().getTime() / 1000
  const nonce = crypto.randomUUID()
  const all = { iss: 'https://appleid.apple.com', iat: now, exp: now + 600, sub: crypto.randomUUID(), ...claims }
  const idToken = await signWithKey(key, goodClaims(new Bun.CryptoHasher('sha256').update(nonce).digest('hex'), all))
  return world.send('POST /v1/auth/oauth/apple/token', { json: { idToken, nonce } })
}

test('Apple says in texts whether an address is verified', async () => {
  const { world } = await openWorldWith('apple', 'https://appleid.apple.com')
  expect(await bringToApple(world, { email_verified: 'true' })).toMatchObject({ status: 200 })
  const unproved = await bringToApple(world, { email: 'b@example.com', email_verified: 'false' })
  expect(unproved).toMatchObject({ status: 403 })
})

test('Apple posts its answer, so it is asked to, with a cookie that comes along from its site', async () => {
  const { world } = await openWorldWith('apple', 'https://appleid.apple.com')
  const { request } = await goToProvider(world, 'apple')
  expect(request.searchParams.get('response_mode')).toBe('form_post')
  const query = new URLSearchParams({ redirectTo: 'https://app.example.com', codeChallenge: 'A'.repeat(43) })
  const { headers } = await world.send(`GET /v1/auth/oauth/apple/authorize?${query}`)
  expect(headers.get('set-cookie')).toMatch(/^__Host-posted-flow=[\w-]{43}; .*SameSite=None$/)
})
