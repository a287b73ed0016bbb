import { revokeEverything } from '#features/operations/revoke-everything'
import { JsonWebKeySet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { openKeyedWorld, registerStaff } from '../api-keys/keyed-world'
import { currentKey, decodeToken, signToken } from '../sessions/forge'

const operator = { kind: 'system', job: 'postern keys revoke-all' } as const
export const emergency = { reason: 'A signing key was in a log.', hasApiKeys: false }

export const revokeAll = (world: World, wanted: Partial<typeof emergency> = {}) =>
  revokeEverything(world.contextOf(operator), { ...emergency, ...wanted })

export const statusOf = async (world: World, token: string, route = 'GET /v1/me') =>
  (await world.send(route, { token })).status

export const publishedKeyIds = async (world: World) =>
  JsonWebKeySet.parse((await world.send('GET /.well-known/jwks.json')).body).keys.map(({ kid }) => kid)

/** Who has a key that was revoked signs a token for somebody's session, whose claims they know. */
export const forgeWith = async (key: Awaited<ReturnType<typeof currentKey>>, accessToken: string) => {
  const { header, claims } = decodeToken(accessToken)
  return signToken(key, { ...header, kid: key.keyId }, claims)
}

/** A server in use, which remembers keys and tokens; and another process, by which the operator revokes. */
export const openLeakedWorld = async () => {
  const world = await openKeyedWorld()
  await registerStaff(world)
  const leaked = await currentKey(world)
  const [other, commands] = [world.startAnother(), world.startAnother()]
  await publishedKeyIds(other)
  return { world, other, commands, leaked }
}
