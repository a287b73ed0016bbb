import { expect, test } from 'bun:test'
import { given } from '../given'
import { fromOwnPage, toBrowserSession } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { beginLogInAt, exchange, exchangeForTokens, freshProvidedPerson, logInAt } from '../support/federated-log-in'
import { federation } from '../support/federation-target'
import { CookieTokenSet, SessionPage, TokenSet, User } from '../support/shapes'

const { server, openBrowser, logIn, acme, globex } = await federation()

const identitiesOf = async (accessToken: string) => (await server.send('GET /v1/me/identities', { accessToken })).json

const said = { name: 'Grace Hopper', locale: 'en' }

/** Providers, and what they say of somebody beside the address. */
const tellers: [string, Partial<typeof said>][] = [
  ['acme', said],
  ['globex', said],
  ['initech', said],
  ['apple', {}],
]

test.each(tellers)(
  'who is new, and whose address %s vouches for, gets an account with it',
  async (provider, expected) => {
    const person = freshProvidedPerson(said)
    const { user, accessToken, sessionId } = await logIn(provider, person)
    expect(user).toMatchObject({ email: person.email, emailVerified: true, ...expected })
    const { items } = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken })).json)
    expect(items).toMatchObject([{ id: sessionId, amr: ['fed'], acr: 'aal1' }])
    expect(await identitiesOf(accessToken)).toMatchObject({ items: [{ provider, email: person.email }] })
  },
)

test('who is known gets in again, by whatever address the provider says now, in a session of their own', async () => {
  const person = freshProvidedPerson()
  const first = await logIn('acme', person)
  const moved = freshProvidedPerson({ sub: person.sub, email_verified: false })
  const second = await logIn('acme', moved)
  expect(second.user).toEqual(first.user)
  expect(second.sessionId).not.toBe(first.sessionId)
  expect(await identitiesOf(second.accessToken)).toMatchObject({ items: [{ email: moved.email }] })
})

test('the same subject at two providers is two people', async () => {
  const person = freshProvidedPerson()
  const { user } = await logIn('acme', person)
  const other = await logIn('globex', { ...freshProvidedPerson(), sub: person.sub })
  expect(other.user.id).not.toBe(user.id)
})

test('an account is linked whose address both sides have proved, and keeps its password', async () => {
  const owner = await given.person(server)
  const person = freshProvidedPerson({ email: owner.email.toUpperCase() })
  expect((await logIn('acme', person)).user.id).toBe(owner.user.id)
  expect((await logIn('globex', freshProvidedPerson({ email: owner.email }))).user.id).toBe(owner.user.id)
  expect((await given.session(server, owner)).user.id).toBe(owner.user.id)
  expect(await identitiesOf(owner.accessToken)).toMatchObject({ items: [{ provider: 'acme' }, { provider: 'globex' }] })
})

test('a code is for whoever knows the verifier, and works once', async () => {
  const browser = openBrowser(freshProvidedPerson())
  const [mine, theirs] = [await logInAt(server, browser, 'acme'), await logInAt(server, browser, 'acme')]
  const guesses = [theirs.codeVerifier, 'A'.repeat(43), `${mine.codeVerifier}A`]
  for (const codeVerifier of guesses) {
    expectProblem(await exchange(server, { ...mine, codeVerifier }), 400, 'invalid_identity_code')
  }
  for (const codeVerifier of ['', 'short']) {
    expectProblem(await exchange(server, { ...mine, codeVerifier }), 422, 'invalid_request')
  }
  await exchangeForTokens(server, mine)
  expectProblem(await exchange(server, mine), 400, 'invalid_identity_code')
  await exchangeForTokens(server, theirs)
})

test('no token, and nothing that the provider gave, is in any address that the browser sees', async () => {
  const person = freshProvidedPerson()
  const browser = openBrowser(person)
  const { address, read } = await beginLogInAt(server, 'acme')
  const arrival = await browser.open(address)
  expect(arrival.ownAnswer?.headers.get('cache-control')).toBe('no-store')
  const { accessToken, refreshToken } = await exchangeForTokens(server, read(arrival))
  const addresses = browser.history.map(({ href }) => href).join('\n')
  const provided = [...acme.tokensOf('AccessToken', person.sub), ...acme.tokensOf('RefreshToken', person.sub)]
  expect(provided.length).toBeGreaterThan(1)
  for (const secret of [accessToken, refreshToken, ...provided, person.email]) expect(addresses).not.toContain(secret)
  expect(addresses).not.toMatch(/token=|#/)
  expect([...(browser.history.at(-1)?.searchParams.keys() ?? [])]).toEqual(['code'])
})

test('what is asked of a provider that takes it beforehand goes past the browser; PKCE, state and nonce always', async () => {
  const asked = async (provider: string, issuer: string) => {
    const { address } = await beginLogInAt(server, provider)
    const { url } = await openBrowser().open(address, ({ origin }) => origin === issuer)
    return Object.fromEntries(url.searchParams)
  }
  expect(Object.keys(await asked('acme', acme.issuer)).toSorted()).toEqual(['client_id', 'request_uri'])
  const opaque = expect.stringMatching(/^[\w-]{43}$/)
  expect(await asked('globex', globex.issuer)).toEqual({
    client_id: 'postern',
    redirect_uri: `${server.baseUrl}/v1/auth/oauth/globex/callback`,
    response_type: 'code',
    scope: 'openid email profile',
    state: opaque,
    nonce: opaque,
    code_challenge: opaque,
    code_challenge_method: 'S256',
  })
})

test('a page of ours gets the tokens in cookies, and they are nowhere else', async () => {
  const returned = await logInAt(server, openBrowser(freshProvidedPerson()), 'acme')
  const route = 'POST /v1/auth/oauth/exchange'
  const json = { ...returned, transport: 'cookie' }
  expectProblem(await server.send(route, { json }), 403, 'cross_site_request')
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
  expectProblem(await server.send(route, { json, headers: foreign }), 403, 'cross_site_request')
  const session = toBrowserSession(await server.send(route, { json, headers: fromOwnPage }))
  const { user } = CookieTokenSet.parse(session.reply.json)
  for (const { value } of [session.access, session.refresh]) expect(session.reply.text).not.toContain(value)
  expect(User.parse((await server.send('GET /v1/me', { headers: session.cookie })).json)).toEqual(user)
})

test('the cookie of a log-in is out of reach for scripts and other sites, and is kept for ten minutes', async () => {
  const browser = openBrowser()
  const cookieAfter = async (provider: string, issuer: string, name: string) => {
    await browser.open((await beginLogInAt(server, provider)).address, ({ origin }) => origin === issuer)
    return browser.cookieOf(server.baseUrl, name)
  }
  const usual = { path: '/', httponly: '', secure: '', 'max-age': '600' }
  const plain = await cookieAfter('acme', acme.issuer, '__Host-flow')
  expect(plain?.attributes).toEqual({ ...usual, samesite: 'Lax' })
  // Its answer is a form from its own site.
  const posted = await cookieAfter('apple', globex.issuer, '__Host-posted-flow')
  expect(posted?.attributes).toEqual({ ...usual, samesite: 'None' })
})

test('a log-in that is under way at one provider is not lost by another that is begun beside it', async () => {
  const browser = openBrowser(freshProvidedPerson())
  const apple = await beginLogInAt(server, 'apple')
  const { url } = await browser.open(apple.address, ({ origin }) => origin === globex.issuer)
  await browser.open((await beginLogInAt(server, 'acme')).address, ({ origin }) => origin === acme.issuer)
  expect(TokenSet.parse((await exchange(server, apple.read(await browser.open(url)))).json).user.emailVerified).toBe(
    true,
  )
})
