import { IdentityList } from '#features/federation/contract'
import type { World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { tokensOf } from '../accounts/mailed'
import { registerProved } from '../authenticators/second-factors'
import {
  comeBackAs,
  exchangeIn,
  type FederatedWorld,
  goToProvider,
  openFederatedWorld,
} from '../federation/federated-world'
import { clientSecret } from '../federation/stand-in-issuer'
import { ada } from '../people'

const grace = { sub: 'grace-at-acme', email: 'grace@example.net', name: 'Grace Brewster Hopper' }
const stranger = { sub: 'stranger-at-acme', email: 'stranger@example.org', email_verified: false }
const tokens = { access_token: 'access of the provider', refresh_token: 'refresh of the provider' }

type Keep = (...secrets: string[]) => void

/** Comes back from the provider as somebody with these claims; what only the program has is kept apart. */
const comeBack = async (setting: FederatedWorld, claims: object, keep: Keep) => {
  const returned = await comeBackAs(setting, claims, tokens)
  keep(returned.code, returned.codeVerifier)
  return returned
}

const keepTokens = (keep: Keep, answer: Answer): string => {
  const { accessToken, refreshToken } = tokensOf(answer)
  keep(accessToken, refreshToken, accessToken.slice(-40))
  return accessToken
}

/** Somebody refuses at the provider, somebody comes back twice, and somebody brings nonsense. */
const failEachWay = async ({ world }: FederatedWorld, keep: Keep) => {
  const refused = await goToProvider(world)
  await refused.comeBack({ code: undefined, error: 'access_denied' })
  await refused.comeBack()
  keep(refused.state, refused.nonce ?? '')
  const idToken = 'a.token.of-nobody'
  await world.send('POST /v1/auth/oauth/acme/token', { json: { idToken, nonce: 'a nonce of nobody' } })
  keep(idToken, 'a nonce of nobody')
}

const unlinkAll = async (world: World, token: string) => {
  const { items } = IdentityList.parse((await world.send('GET /v1/me/identities', { token })).body)
  for (const { id } of items) {
    await world.send(`GET /v1/me/identities/${id}/token`, { token })
    await world.send(`DELETE /v1/me/identities/${id}`, { token })
  }
}

/** A life of accounts that are linked with some at a provider; returns what must stay private. */
export const linkThrough = async () => {
  const secrets: string[] = []
  const keep: Keep = (...more) => void secrets.push(...more.filter((secret) => secret !== ''))
  const setting = await openFederatedWorld()
  const { world } = setting
  const { accessToken: token } = await registerProved(world)
  await failEachWay(setting, keep)
  await exchangeIn(world, await comeBack(setting, stranger, keep))
  keepTokens(keep, await exchangeIn(world, await comeBack(setting, { name: ada.name }, keep)))
  const second = await comeBack(setting, { sub: 'ada-again-at-acme' }, keep)
  await world.send('POST /v1/me/identities', { token, json: second })
  await world.send('POST /v1/me/identities', { token, json: second })
  await unlinkAll(world, token)
  const her = keepTokens(keep, await exchangeIn(world, await comeBack(setting, grace, keep)))
  await unlinkAll(world, her)
  await world.settle()
  const people = [grace, stranger].flatMap(({ sub, email }) => [sub, email])
  const personal = [ada.email, ada.name, ada.password, grace.name, 'ada-at-acme', 'ada-again-at-acme', ...people]
  return { world, secrets: [...secrets, ...personal, ...Object.values(tokens), clientSecret] }
}
