import { exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose'

/** An access token taken apart, to be put together wrongly. */
export interface Parts {
  header: Record<string, unknown>
  payload: JWTPayload
  signature: string
}

const encode = (value: unknown): string =>
  new TextEncoder().encode(JSON.stringify(value)).toBase64({ alphabet: 'base64url', omitPadding: true })

const decode = (part: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(part, { alphabet: 'base64url' })))

export const takeApart = (accessToken: string): Parts => {
  const [header = '', payload = '', signature = ''] = accessToken.split('.')
  return { header: decode(header), payload: decode(payload), signature }
}

export const putTogether = ({ header, payload, signature }: Parts): string =>
  `${encode(header)}.${encode(payload)}.${signature}`

/** The bytes of a published key that a careless verifier might take for a shared secret. */
export const publicKeyAsSecrets = async (jwk: Record<string, string>): Promise<Uint8Array[]> => {
  const key = await importJWK({ ...jwk, kty: jwk.kty ?? '' }, 'EdDSA', { extractable: true })
  if (key instanceof Uint8Array) throw new Error('The published key is symmetric.')
  const pem = await exportSPKI(key)
  const texts = [pem, pem.trim(), JSON.stringify(jwk), jwk.x ?? '', jwk.kid ?? '']
  const raw = Uint8Array.fromBase64(jwk.x ?? '', { alphabet: 'base64url' })
  const der = Uint8Array.fromBase64(pem.replaceAll(/-----.*-----|\s/g, ''))
  return [raw, der, ...texts.map((text) => new TextEncoder().encode(text))]
}

export const signWithSecret = ({ header, payload }: Parts, secret: Uint8Array): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ ...header, alg: 'HS256' }).sign(secret)

/** A key pair of an attacker's own. */
export const attackerKeys = generateKeyPair('EdDSA', { extractable: true })

/** Signs with the attacker's key; `header` says what the token claims about it. */
export const signAsAttacker = async (payload: JWTPayload, header: Record<string, unknown>): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', ...header }).sign((await attackerKeys).privateKey)
