import { expect, test } from 'bun:test'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import type { Arrival } from '../support/federated-browser'
import {
  beginLogInAt,
  exchange,
  exchangeForTokens,
  freshProvidedPerson,
  logInAt,
  tryLogInAt,
} from '../support/federated-log-in'
import { expectRecordedRefusal, expectUnlinked } from '../support/federation-records'
import { federation } from '../support/federation-target'

const { server, openBrowser, logIn, acme, globex } = await federation()

const isCallback = ({ pathname }: URL) => pathname.endsWith('/callback')

/** A log-in whose browser is about to come back from the provider. */
const stopAtCallback = async (provider: string, person = freshProvidedPerson()) => {
  const browser = openBrowser(person)
  const { address, read } = await beginLogInAt(server, provider)
  const { url } = await browser.open(address, isCallback)
  return { browser, person, callback: url, read }
}

const expectRefusedFlow = async ({ answer }: Arrival, provider: string) => {
  expect(answer?.status).toBe(400)
  expect(JSON.parse(answer?.text ?? '')).toMatchObject({ code: 'invalid_log_in_flow' })
  await expectRecordedRefusal(answer, provider, 'unknown_flow')
}

test('what came back to one browser logs nobody in from another, and still does from its own', async () => {
  const attacker = await stopAtCallback('acme')
  const victim = await stopAtCallback('acme')
  await expectRefusedFlow(await victim.browser.open(attacker.callback), 'acme')
  await expectRefusedFlow(await openBrowser().open(attacker.callback), 'acme')
  const swapped = new URL(victim.callback)
  swapped.searchParams.set('state', attacker.callback.searchParams.get('state') ?? '')
  await expectRefusedFlow(await victim.browser.open(swapped), 'acme')
  await expectUnlinked(attacker.person)
  await exchangeForTokens(server, attacker.read(await attacker.browser.open(attacker.callback)))
})

test('what came back from one provider is not taken for another’s', async () => {
  const { browser, callback, person } = await stopAtCallback('acme')
  const elsewhere = new URL(callback.href.replace('/acme/', '/globex/'))
  await expectRefusedFlow(await browser.open(elsewhere), 'globex')
  elsewhere.searchParams.set('iss', globex.issuer)
  await expectRefusedFlow(await browser.open(elsewhere), 'globex')
  await expectUnlinked(person)
})

test('what came back works once, in the browser that it came back to too', async () => {
  const { browser, callback, read } = await stopAtCallback('acme')
  const first = await browser.open(callback)
  await expectRefusedFlow(await browser.open(callback), 'acme')
  await exchangeForTokens(server, read(first))
})

test('an answer that names another issuer than was asked is refused (RFC 9207)', async () => {
  for (const iss of [globex.issuer, 'https://evil.example', `${acme.issuer}/`, undefined]) {
    const { browser, callback, person } = await stopAtCallback('acme')
    if (iss === undefined) callback.searchParams.delete('iss')
    else callback.searchParams.set('iss', iss)
    const { url, ownAnswer } = await browser.open(callback)
    expect(url.search).toBe('?error=provider_failed')
    await expectRecordedRefusal(ownAnswer, 'acme', 'invalid_response')
    await expectUnlinked(person)
  }
})

test('a code of another log-in at the provider is refused: its verifier is another', async () => {
  const browser = openBrowser(freshProvidedPerson())
  const begin = async () => (await browser.open((await beginLogInAt(server, 'acme')).address, isCallback)).url
  const [first, second] = [await begin(), await begin()]
  first.searchParams.set('code', second.searchParams.get('code') ?? '')
  const { url, ownAnswer } = await browser.open(first)
  expect(url.search).toBe('?error=provider_failed')
  await expectRecordedRefusal(ownAnswer, 'acme', 'response_body_error')
})

test('who says no at the provider comes back with that', async () => {
  const { url, ownAnswer } = await tryLogInAt(server, openBrowser(freshProvidedPerson({ sub: 'nobody' })), 'acme')
  expect(url.search).toBe('?error=access_denied')
  await expectRecordedRefusal(ownAnswer, 'acme', 'access_denied')
})

test.each([
  ['does not vouch for', { email_verified: false }],
  ['says nothing more of', { email_verified: undefined }],
])('an address that the provider %s opens no account that has it', async (_, claims) => {
  const owner = await given.person(server)
  const { email_verified: isVerified } = claims
  const { email_verified: _verified, ...usual } = freshProvidedPerson({ email: owner.email })
  const person = { ...usual, ...(isVerified !== undefined && { email_verified: isVerified }) }
  const reply = await exchange(server, await logInAt(server, openBrowser(person), 'acme'))
  // Nothing tells a stranger that the address is taken.
  expectProblem(reply, 403, 'identity_unproved')
  await expectRecordedRefusal(reply, 'acme', 'unproved')
  await expectUnlinked(person)
  expect((await server.send('GET /v1/me/identities', { accessToken: owner.accessToken })).json).toEqual({ items: [] })
})

test('an account that somebody registered with another person’s address is not linked', async () => {
  const intruder = await given.account(server)
  const owner = freshProvidedPerson({ email: intruder.email })
  const reply = await exchange(server, await logInAt(server, openBrowser(owner), 'acme'))
  expectProblem(reply, 409, 'identity_conflict')
  await expectRecordedRefusal(reply, 'acme', 'conflict')
  await expectUnlinked(owner)

  const newPassword = `Correct horse ${crypto.randomUUID()}`
  const json = { token: await given.resetToken(server, owner.email), newPassword }
  expect((await server.send('POST /v1/auth/password/reset', { json })).status).toBe(204)
  const { user } = await logIn('acme', owner)
  expect(user).toMatchObject({ email: intruder.email, emailVerified: true })
  expectProblem(await server.send('POST /v1/auth/login', { json: intruder }), 401, 'invalid_credentials')
})

test('who is new and has no address that the provider vouches for gets no account', async () => {
  for (const person of [{ sub: crypto.randomUUID() }, freshProvidedPerson({ email_verified: false })]) {
    for (const provider of ['acme', 'globex']) {
      const reply = await exchange(server, await logInAt(server, openBrowser(person), provider))
      expectProblem(reply, 403, 'identity_unproved')
      await expectRecordedRefusal(reply, provider, 'unproved')
      await expectUnlinked(person)
    }
  }
})

test('a provider that is not configured is not there', async () => {
  for (const provider of ['google', 'nobody', 'constructor', 'tostring']) {
    const query = `redirectTo=https://app.example.com&codeChallenge=${'A'.repeat(43)}`
    expectProblem(await server.send(`GET /v1/auth/oauth/${provider}/authorize?${query}`), 404, 'not_found')
    expectProblem(await server.send(`GET /v1/auth/oauth/${provider}/callback?state=a&code=b`), 404, 'not_found')
  }
})

test('an answer that is posted comes in a form of a decent size, or is refused', async () => {
  const route = 'POST /v1/auth/oauth/apple/callback'
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expectProblem(await server.send(route, { json: { state: 'a', code: 'b' } }), 400, 'malformed_request')
  const large = `state=${'a'.repeat(17_000)}`
  expectProblem(await server.send(route, { body: large, headers: form }), 400, 'malformed_request')
  expectProblem(await server.send(route, { body: 'state=a&code=b', headers: form }), 400, 'invalid_log_in_flow')
})
