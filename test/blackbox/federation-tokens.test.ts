import { expect, test } from 'bun:test'
import * as z from 'zod'
import { given } from '../given'
import { freshProvidedPerson, logInAt } from '../support/federated-log-in'
import { federation } from '../support/federation-target'
import type { OpenIdServer } from '../support/openid-provider'

const { server, logIn, openBrowser, acme, globex } = await federation()

const ProviderToken = z.strictObject({ provider: z.string(), accessToken: z.string() })

const firstIdentity = async (accessToken: string): Promise<string> => {
  const { json } = await server.send('GET /v1/me/identities', { accessToken })
  return z.object({ items: z.tuple([z.object({ id: z.string() })], z.unknown()) }).parse(json).items[0].id
}

const providerToken = async (accessToken: string) => {
  const id = await firstIdentity(accessToken)
  return ProviderToken.parse((await server.send(`GET /v1/me/identities/${id}/token`, { accessToken })).json)
}

const askProvider = async ({ issuer }: OpenIdServer, accessToken: string) =>
  fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } })

test('the account’s own program gets a token that the provider’s API takes', async () => {
  const person = freshProvidedPerson()
  const { accessToken } = await logIn('globex', person)
  const { provider, accessToken: provided } = await providerToken(accessToken)
  expect(provider).toBe('globex')
  expect(await (await askProvider(globex, provided)).json()).toMatchObject({ sub: person.sub, email: person.email })
  expect((await providerToken(accessToken)).accessToken).toBe(provided)
})

test('a token that is about to end is refreshed at the provider first', async () => {
  const person = freshProvidedPerson()
  const { accessToken } = await logIn('acme', person)
  const [first] = acme.tokensOf('AccessToken', person.sub)
  const { accessToken: next } = await providerToken(accessToken)
  expect(next).not.toBe(first ?? '')
  expect((await askProvider(acme, next)).status).toBe(200)
})

test('the tokens of an account that was unlinked are revoked at the provider', async () => {
  const owner = await given.person(server)
  const person = freshProvidedPerson()
  const json = await logInAt(server, openBrowser(person), 'acme')
  const { accessToken } = owner
  expect((await server.send('POST /v1/me/identities', { accessToken, json })).status).toBe(201)
  expect(acme.tokensOf('RefreshToken', person.sub)).toHaveLength(1)
  const id = await firstIdentity(accessToken)
  expect((await server.send(`DELETE /v1/me/identities/${id}`, { accessToken })).status).toBe(204)
  const giveUpAt = Date.now() + 15_000
  while (acme.tokensOf('RefreshToken', person.sub).length > 0 && Date.now() < giveUpAt) await Bun.sleep(20)
  expect(acme.tokensOf('RefreshToken', person.sub)).toEqual([])
  expect(acme.tokensOf('AccessToken', person.sub)).toEqual([])
})
