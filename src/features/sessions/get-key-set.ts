import type { Context } from '#core/context'
import type { JsonWebKeySet } from './contract'
import { getKeyStages } from './signing-keys'

/** The public keys (RFC 7517): the one that signs, the next one, and those whose tokens may still live. */
export async function getKeySet(ctx: Context): Promise<JsonWebKeySet> {
  const { current, next, previous } = await getKeyStages(ctx)
  const published = [current, next, ...previous].filter((key) => key !== undefined)
  return {
    keys: published.map(({ publicJwk, keyId, algorithm }) => ({
      ...publicJwk,
      kty: publicJwk.kty ?? '',
      kid: keyId,
      alg: algorithm,
      use: 'sig',
    })),
  }
}
