import { expect, test } from 'bun:test'
import { makeProviderKey, type ProviderKey, signWithKey } from '../../support/openid-provider-keys'
import { exchangeIn, type FederatedWorld, goToProvider, openFederatedWorld } from './federated-world'
import { goodClaims, tokenAnswer } from './stand-in-issuer'

const keys = await Promise.all(Array.from({ length: 6 }, () => makeProviderKey('ES256')))
const [first, second] = keys as [ProviderKey, ProviderKey, ...ProviderKey[]]

const publicPart = ({ jwk }: ProviderKey) => {
  const { d: _, ...shown } = jwk as Record<string, unknown>
  return shown
}

const publish = ({ acme }: FederatedWorld, ...published: ProviderKey[]) => {
  acme.answers['/jwks'] = () => Response.json({ keys: published.map(publicPart) })
}

const logInBy = async (opened: FederatedWorld, key: ProviderKey): Promise<number | undefined> => {
  const { world, acme } = opened
  const flow = await goToProvider(world)
  acme.answers['/token'] = async () => tokenAnswer(await signWithKey(key, goodClaims(flow.nonce)))
  const came = await flow.comeBack()
  return came.error === null ? (await exchangeIn(world, came.returned())).status : undefined
}

const bringBy = async ({ world }: FederatedWorld, key: ProviderKey): Promise<number> => {
  const nonce = crypto.randomUUID()
  const now = world.clock.now().getTime() / 1000
  const idToken = await signWithKey(key, goodClaims(nonce, { iat: now, exp: now + 300 }))
  return (await world.send('POST /v1/auth/oauth/acme/token', { json: { idToken, nonce } })).status
}

const countAsked = ({ acme }: FederatedWorld, path: string) =>
  acme.calls.filter(({ url }) => url.pathname === path).length

const ways: [string, (opened: FederatedWorld, key: ProviderKey) => Promise<number | undefined>][] = [
  ['a log-in in a browser', logInBy],
  ['a log-in by an app', bringBy],
]

test.each(ways)('the provider is asked for its keys and where things are once an hour, by %s', async (_, logIn) => {
  const opened = await openFederatedWorld()
  publish(opened, first)
  for (let turn = 0; turn < 3; turn += 1) expect(await logIn(opened, first)).toBe(200)
  expect(countAsked(opened, '/jwks')).toBe(1)
  expect(countAsked(opened, '/.well-known/openid-configuration')).toBe(1)
  opened.world.advance(3600)
  expect(await logIn(opened, first)).toBe(200)
  expect(countAsked(opened, '/.well-known/openid-configuration')).toBe(2)
})

test.each(ways)('a key that the provider signs with since a moment is found, by %s', async (_, logIn) => {
  const opened = await openFederatedWorld()
  publish(opened, first)
  expect(await logIn(opened, first)).toBe(200)
  publish(opened, second, first)
  expect(await logIn(opened, second)).toBe(200)
  expect(await logIn(opened, first)).toBe(200)
})

test.each(ways)('keys that nobody publishes don’t make us ask without end, by %s', async (_, logIn) => {
  const opened = await openFederatedWorld()
  publish(opened, first)
  expect(await logIn(opened, first)).toBe(200)
  for (let turn = 0; turn < 4; turn += 1) {
    for (const stranger of keys.slice(2)) await logIn(opened, stranger)
  }
  expect(countAsked(opened, '/jwks')).toBeLessThanOrEqual(8)
  expect(await logIn(opened, first)).toBe(200)
})
