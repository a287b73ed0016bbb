import { exportSPKI } from 'jose'
import { toBase64Url } from '#core/secrets'
import { getCurrentKey } from '#features/sessions/signing-keys'
import type { SigningKey } from '#features/sessions/stored-signing-keys'
import type { World } from '../../platform'

export type Json = Record<string, unknown>

const encoder = new TextEncoder()

export const encodeJson = (value: unknown): string => toBase64Url(encoder.encode(JSON.stringify(value)))

const decodeJson = (part = ''): Json => JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')))

/** The header and the claims of a token, unchecked. */
export const decodeToken = (token: string): { header: Json; claims: Json } => {
  const [header, claims] = token.split('.')
  return { header: decodeJson(header), claims: decodeJson(claims) }
}

/** The key that signs in this world, private half included. */
export const currentKey = (world: World): Promise<SigningKey> =>
  getCurrentKey(world.contextOf({ kind: 'system', job: 'test' }))

/** Signs exactly these header and claims, as no library would. */
export const signToken = async (
  { sign }: Pick<SigningKey, 'sign'>,
  header: unknown,
  claims: unknown,
): Promise<string> => {
  const input = `${encodeJson(header)}.${encodeJson(claims)}`
  return `${input}.${toBase64Url(await sign(encoder.encode(input)))}`
}

/** Signs with HMAC-SHA-256 under bytes that everyone knows. */
export const signWithPublicBytes = async (
  bytes: Uint8Array<ArrayBuffer>,
  header: unknown,
  claims: unknown,
): Promise<string> => {
  const input = `${encodeJson(header)}.${encodeJson(claims)}`
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return `${input}.${toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(input))))}`
}

/** The spellings of a public key that someone may take for a shared secret. */
export const publicBytesOf = async ({ publicJwk, publicKey }: SigningKey) => {
  const spki = await exportSPKI(publicKey)
  return {
    'raw bytes': Uint8Array.fromBase64(publicJwk.x ?? '', { alphabet: 'base64url' }),
    JWK: encoder.encode(JSON.stringify(publicJwk)),
    PEM: encoder.encode(spki),
    'PEM without its last line break': encoder.encode(spki.trimEnd()),
  }
}
