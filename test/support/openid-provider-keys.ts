import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** A key that a provider signs with. */
export interface ProviderKey {
  kid: string
  alg: string
  privateKey: CryptoKey
  jwk: JWK
}

export const makeProviderKey = async (alg: string): Promise<ProviderKey> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  const kid = crypto.randomUUID()
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' } }
}

/** Signs claims as the provider whose key it is does; `header` says what differs. */
export const signWithKey = (
  { kid, alg, privateKey }: ProviderKey,
  claims: JWTPayload,
  header: object = {},
): Promise<string> => new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey)
