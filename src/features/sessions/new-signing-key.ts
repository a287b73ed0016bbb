import { exportJWK, generateKeyPair } from 'jose'
import type { Context } from '#core/context'
import { seal } from '#core/secrets'

/** A key as it is stored: the public half for anybody, the private one sealed. */
export interface NewSigningKey {
  keyId: string
  algorithm: 'EdDSA' | 'ES256'
  /** JSON. */
  publicJwk: string
  sealedPrivateJwk: string
}

/** Makes a key pair of the algorithm that the settings say, its private half sealed under the newest SECRET. */
export async function newSigningKey(ctx: Context): Promise<NewSigningKey & Record<string, string>> {
  const algorithm = ctx.config.SIGNING_ALGORITHM
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const keyId = ctx.ids.next()
  const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: keyId, alg: algorithm, use: 'sig' }
  return {
    keyId,
    algorithm,
    publicJwk: JSON.stringify(publicJwk),
    sealedPrivateJwk: await seal(ctx, 'signing-key-seal', keyId, JSON.stringify(await exportJWK(pair.privateKey))),
  }
}
