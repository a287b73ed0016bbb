import { expect, test } from 'bun:test'
import { fromOwnPage, toBrowserSession } from '../support/browser'
import { expectProblem } from '../support/expect-problem'
import { freshProvidedPerson } from '../support/federated-log-in'
import { expectRecordedRefusal, expectUnlinked } from '../support/federation-records'
import { federation, nativeClientId } from '../support/federation-target'
import type { ProvidedPerson } from '../support/openid-provider'
import { oauthClient } from '../support/openid-provider'
import { noteSecret } from '../support/secrets'
import { SessionPage, TokenSet } from '../support/shapes'

const { server, logIn, acme, globex } = await federation()

const seconds = () => Math.floor(Date.now() / 1000)
const hashOf = (nonce: string) => new Bun.CryptoHasher('sha256').update(nonce).digest('hex')

/** What the provider's library gives an app on a device. */
const issue = async (person: ProvidedPerson, nonce: string, more: Record<string, unknown> = {}) => {
  const usual = { iss: acme.issuer, aud: nativeClientId, iat: seconds(), exp: seconds() + 300, nonce, ...person }
  const idToken = await acme.sign({ ...usual, ...more })
  noteSecret(idToken)
  return idToken
}

const bring = (json: { idToken: string; nonce: string; transport?: string }, headers = {}, provider = 'acme') =>
  server.send(`POST /v1/auth/oauth/${provider}/token`, { json, headers })

test('an app logs in by the id_token that it got on the device, once for its nonce', async () => {
  const person = freshProvidedPerson()
  const nonce = crypto.randomUUID()
  const idToken = await issue(person, nonce)
  const { user, accessToken } = TokenSet.parse((await bring({ idToken, nonce })).json)
  expect(user).toMatchObject({ email: person.email, emailVerified: true, name: person.name })
  const { items } = SessionPage.parse((await server.send('GET /v1/sessions', { accessToken })).json)
  expect(items).toMatchObject([{ amr: ['fed'], acr: 'aal1' }])
  const again = await bring({ idToken, nonce })
  expectProblem(again, 400, 'invalid_id_token')
  await expectRecordedRefusal(again, 'acme', 'id_token')
  const other = await issue(person, nonce, { iat: seconds() - 1 })
  expectProblem(await bring({ idToken: other, nonce }), 400, 'invalid_id_token')
})

test('the token may be for the client itself, and have the SHA-256 of the nonce', async () => {
  const person = freshProvidedPerson()
  const { user } = await logIn('acme', person)
  for (const more of [{ aud: oauthClient.clientId }, { aud: [nativeClientId] }]) {
    const nonce = crypto.randomUUID()
    const idToken = await issue(person, hashOf(nonce), more)
    expect(TokenSet.parse((await bring({ idToken, nonce })).json).user.id).toBe(user.id)
    expectProblem(await bring({ idToken, nonce }), 400, 'invalid_id_token')
  }
})

test('a page of ours may bring one, for cookies; another site may not', async () => {
  const nonce = crypto.randomUUID()
  const json = { idToken: await issue(freshProvidedPerson(), nonce), nonce, transport: 'cookie' }
  expectProblem(await bring(json), 403, 'cross_site_request')
  const session = toBrowserSession(await bring(json, fromOwnPage))
  expect((await server.send('GET /v1/me', { headers: session.cookie })).status).toBe(200)
})

const bad: [string, Record<string, unknown>][] = [
  ['for another client', { aud: 'other' }],
  ['of another issuer', { iss: globex.issuer }],
  ['of another log-in', { nonce: crypto.randomUUID() }],
  ['without a nonce', { nonce: undefined }],
  ['that ended', { exp: seconds() - 3600 }],
  ['of nobody', { sub: undefined }],
]

test.each(bad)('a token %s is refused, and links nothing', async (_, more) => {
  const person = freshProvidedPerson()
  const nonce = crypto.randomUUID()
  const reply = await bring({ idToken: await issue(person, nonce, more), nonce })
  expectProblem(reply, 400, 'invalid_id_token')
  await expectRecordedRefusal(reply, 'acme', 'id_token')
  await expectUnlinked(person)
})

test('a token of one provider is not another’s, and one without an address that is vouched for makes no account', async () => {
  const person = freshProvidedPerson({ email_verified: false })
  const nonce = crypto.randomUUID()
  const idToken = await issue(person, nonce)
  expectProblem(await bring({ idToken, nonce }, {}, 'globex'), 400, 'invalid_id_token')
  const reply = await bring({ idToken, nonce })
  expectProblem(reply, 403, 'identity_unproved')
  await expectRecordedRefusal(reply, 'acme', 'unproved')
  await expectUnlinked(person)
})

test('what is no token, and a nonce that anybody might guess, are refused at the door', async () => {
  const idToken = await issue(freshProvidedPerson(), 'short')
  for (const json of [
    { idToken, nonce: 'short' },
    { idToken: '', nonce: crypto.randomUUID() },
    { idToken: 'a'.repeat(20_000), nonce: crypto.randomUUID() },
  ]) {
    expectProblem(await bring(json), 422, 'invalid_request')
  }
  expectProblem(await bring({ idToken: 'a.b.c', nonce: crypto.randomUUID() }), 400, 'invalid_id_token')
})
