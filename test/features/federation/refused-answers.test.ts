import { expect, test } from 'bun:test'
import { openFederatedBrowser } from '../../support/federated-browser'
import {
  comeBackAs,
  countLinked,
  exchangeIn,
  goToProvider,
  openBrowserIn,
  openFederatedWorld,
  ownServer,
  refusalsOf,
} from './federated-world'
import { goodClaims, issuer, tokenAnswer } from './stand-in-issuer'

const twoProviders = {
  OAUTH_OTHER_ISSUER: 'https://other.example',
  OAUTH_OTHER_CLIENT_ID: 'postern',
  OAUTH_OTHER_CLIENT_SECRET: 'another secret',
}

/** A log-in whose provider would answer well. */
const goToAcme = async () => {
  const opened = await openFederatedWorld(twoProviders)
  const { world, acme } = opened
  const flow = await goToProvider(world)
  acme.answers['/token'] = async () => tokenAnswer(await acme.sign(goodClaims(flow.nonce)))
  const asked = () => acme.calls.filter(({ url }) => url.pathname === '/token').length
  return { ...opened, flow, asked }
}

test('the state of another browser, or of none, is refused, asks the provider nothing and leaves the log-in', async () => {
  const { world, flow, asked } = await goToAcme()
  const victim = openBrowserIn(world)
  await goToProvider(world, 'acme', victim)
  expect(await flow.comeBack({}, victim)).toMatchObject({ status: 400 })
  expect(await flow.comeBack({}, openBrowserIn(world))).toMatchObject({ status: 400 })
  expect(await refusalsOf(world)).toEqual(Array(2).fill({ provider: 'acme', reason: 'unknown_flow' }))
  expect(asked()).toBe(0)
  expect((await flow.comeBack()).error).toBeNull()
})

test('the state of a log-in at another provider is refused', async () => {
  const { world, acme, flow, asked } = await goToAcme()
  acme.answers['https://other.example/.well-known/openid-configuration'] = () =>
    Response.json({
      issuer: 'https://other.example',
      authorization_endpoint: 'https://other.example/auth',
      token_endpoint: 'https://other.example/token',
      jwks_uri: 'https://other.example/jwks',
    })
  const browser = openBrowserIn(world)
  const [here, there] = [await goToProvider(world, 'acme', browser), await goToProvider(world, 'other', browser)]
  expect(await here.comeBack({ state: there.state })).toMatchObject({ status: 400 })
  expect(await there.comeBack({ state: here.state })).toMatchObject({ status: 400 })
  expect(await flow.comeBack({ state: there.state })).toMatchObject({ status: 400 })
  const refused = (await refusalsOf(world)).map((data) => Object(data).provider)
  expect(refused.toSorted()).toEqual(['acme', 'acme', 'other'])
  expect(asked()).toBe(0)
})

test('an answer works once', async () => {
  const { world, flow, asked } = await goToAcme()
  expect((await flow.comeBack()).error).toBeNull()
  expect(await flow.comeBack()).toMatchObject({ status: 400 })
  expect(asked()).toBe(1)
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason: 'unknown_flow' }])
})

test.each([
  [599, undefined],
  [600, 400],
])('an answer after %i seconds is met with %p', async (seconds, status) => {
  const { world, flow } = await goToAcme()
  world.advance(seconds)
  expect((await flow.comeBack()).status).toBe(status)
})

const strange: [string, Record<string, string | undefined>][] = [
  ['no state', { state: undefined }],
  ['an empty state', { state: '' }],
  ['a state that nobody made', { state: 'A'.repeat(43) }],
]

test.each(strange)('an answer with %s is refused', async (_, parameters) => {
  const { world, flow, asked } = await goToAcme()
  expect(await flow.comeBack(parameters)).toMatchObject({ status: 400 })
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason: 'unknown_flow' }])
  expect(asked()).toBe(0)
})

const untrue: [string, string, Record<string, string | undefined>][] = [
  ['of another issuer (RFC 9207)', 'invalid_response', { iss: 'https://evil.example' }],
  ['of the issuer with a slash more', 'invalid_response', { iss: `${issuer}/` }],
  ['of no issuer, where the provider names itself', 'invalid_response', { iss: undefined }],
  ['without a code', 'invalid_response', { code: undefined }],
  ['that is an error', 'refused', { code: undefined, error: 'server_error', error_description: 'Oops' }],
  ['that is an error and a code', 'refused', { error: 'temporarily_unavailable' }],
]

test.each(untrue)('an answer %s is refused, recorded as %s, and used up', async (_, reason, parameters) => {
  const { world, flow, asked } = await goToAcme()
  const came = await flow.comeBack(parameters)
  expect(came.error).toBe('provider_failed')
  expect(came.url.href).toBe('https://app.example.com/signed-in?error=provider_failed')
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason }])
  expect(asked()).toBe(0)
  expect(await flow.comeBack()).toMatchObject({ status: 400 })
  expect(await countLinked(world)).toEqual({ users: 0, identities: 0 })
})

test('who says no at the provider comes back with that, and it is recorded', async () => {
  const { world, flow } = await goToAcme()
  const { error } = await flow.comeBack({ code: undefined, error: 'access_denied' })
  expect(error).toBe('access_denied')
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason: 'access_denied' }])
})

test('a parameter that comes twice is refused', async () => {
  const { world, flow, asked } = await goToAcme()
  const callback = `${world.config.BASE_URL}/v1/auth/oauth/acme/callback`
  const query = new URLSearchParams({ state: flow.state, code: 'one', iss: issuer })
  query.append('code', 'another')
  const arrival = await flow.browser.open(`${callback}?${query}`)
  expect(arrival.url.searchParams.get('error')).toBe('provider_failed')
  expect(asked()).toBe(0)
})

test('a code of the provider that it does not take is refused, and recorded as its error', async () => {
  const { world, acme, flow } = await goToAcme()
  acme.answers['/token'] = () => Response.json({ error: 'invalid_grant' }, { status: 400 })
  expect((await flow.comeBack()).error).toBe('provider_failed')
  expect(await refusalsOf(world)).toEqual([{ provider: 'acme', reason: 'response_body_error' }])
})

test('the answers of two log-ins in one browser are told apart, in any order', async () => {
  const { world, acme } = await openFederatedWorld()
  const browser = openFederatedBrowser(ownServer(world), [])
  const [first, second] = [await goToProvider(world, 'acme', browser), await goToProvider(world, 'acme', browser)]
  for (const flow of [second, first]) {
    acme.answers['/token'] = async () => tokenAnswer(await acme.sign(goodClaims(flow.nonce)))
    expect((await exchangeIn(world, (await flow.comeBack()).returned())).status).toBe(200)
  }
})

test('who is not of here learns nothing from a callback of a provider that is not configured', async () => {
  const opened = await openFederatedWorld()
  for (const route of ['authorize', 'callback']) {
    const query = `redirectTo=https://app.example.com&codeChallenge=${'A'.repeat(43)}`
    const answer = await opened.world.send(`GET /v1/auth/oauth/google/${route}?${query}`)
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
  await comeBackAs(opened)
})
