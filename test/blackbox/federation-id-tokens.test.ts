import { afterEach, expect, test } from 'bun:test'
import { decodeJwt, SignJWT } from 'jose'
import { exchange, exchangeForTokens, freshProvidedPerson, logInAt, tryLogInAt } from '../support/federated-log-in'
import { expectRecordedRefusal, expectUnlinked } from '../support/federation-records'
import { federation } from '../support/federation-target'
import { takeApart } from '../support/forgery'
import { oauthClient } from '../support/openid-provider'
import { makeProviderKey, signWithKey } from '../support/openid-provider-keys'

const { server, openBrowser, acme, globex } = await federation()

const stranger = await makeProviderKey('ES256')

type Forge = (idToken: string) => string | Promise<string>

const withClaims =
  (more: Record<string, unknown>): Forge =>
  (idToken) =>
    acme.sign({ ...decodeJwt(idToken), ...more })

const encode = (part: object) =>
  new TextEncoder().encode(JSON.stringify(part)).toBase64({ alphabet: 'base64url', omitPadding: true })

const withSecret = (idToken: string, secret: string) =>
  new SignJWT(decodeJwt(idToken)).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret))

const longAgo = () => Math.floor(Date.now() / 1000) - 7200

/** What a provider that went wrong, or somebody in its place, might answer; and the word that is recorded for it. */
const bad: [string, string, Forge][] = [
  ['of another issuer', 'jwt_claim_comparison_failed', withClaims({ iss: globex.issuer })],
  ['of another audience', 'jwt_claim_comparison_failed', withClaims({ aud: 'other' })],
  ['of another nonce', 'jwt_claim_comparison_failed', withClaims({ nonce: 'another' })],
  ['without a nonce', 'invalid_response', withClaims({ nonce: undefined })],
  ['that ended', 'jwt_timestamp_check_failed', withClaims({ iat: longAgo(), exp: longAgo() + 600 })],
  ['of alg none', 'invalid_response', (idToken) => `${encode({ alg: 'none' })}.${idToken.split('.')[1]}.`],
  ['that our own secret signs', 'invalid_response', (idToken) => withSecret(idToken, oauthClient.clientSecret)],
  ['of a key that is not its', 'key_selection_failed', (idToken) => signWithKey(stranger, decodeJwt(idToken))],
  [
    'of a stranger’s key by the name of its own',
    'invalid_response',
    (idToken) => signWithKey(stranger, decodeJwt(idToken), { kid: takeApart(idToken).header.kid }),
  ],
]

afterEach(() => {
  acme.forge = undefined
})

test.each(bad)('an id_token %s logs nobody in, is recorded as %s, and links nothing', async (_, reason, forge) => {
  const person = freshProvidedPerson()
  acme.forge = forge
  const { url, ownAnswer } = await tryLogInAt(server, openBrowser(person), 'acme')
  expect(url.search).toBe('?error=provider_failed')
  await expectRecordedRefusal(ownAnswer, 'acme', reason)
  await expectUnlinked(person)
  acme.forge = undefined
  await exchangeForTokens(server, await logInAt(server, openBrowser(person), 'acme'))
})

test('an id_token of another person of the same provider is of another log-in', async () => {
  const [attacker, victim] = [freshProvidedPerson(), freshProvidedPerson()]
  let stolen = ''
  acme.forge = (idToken) => {
    stolen = idToken
    return idToken
  }
  expect((await exchange(server, await logInAt(server, openBrowser(victim), 'acme'))).status).toBe(200)
  acme.forge = () => stolen
  const { url, ownAnswer } = await tryLogInAt(server, openBrowser(attacker), 'acme')
  expect(url.search).toBe('?error=provider_failed')
  await expectRecordedRefusal(ownAnswer, 'acme', 'jwt_claim_comparison_failed')
})
