import { fromBase64Url, toBase64Url } from '#core/secrets'
import { canonicalJson } from './canonical-json'
import { SealClaims, type SealingKey } from './contract'
import { digestOf } from './merkle-tree'
import { sealType } from './seal-names'

const algorithms = {
  Ed25519: { key: { name: 'Ed25519' }, verify: { name: 'Ed25519' }, alg: 'EdDSA' },
  'P-256': { key: { name: 'ECDSA', namedCurve: 'P-256' }, verify: { name: 'ECDSA', hash: 'SHA-256' }, alg: 'ES256' },
}

const [encoder, decoder] = [new TextEncoder(), new TextDecoder()]

/** What names a key wherever it appears: SHA-256 over its required members, base64url (RFC 7638). */
export const thumbprintOf = ({ kty, crv, x, y }: SealingKey): string =>
  toBase64Url(Uint8Array.fromHex(digestOf(canonicalJson({ crv, kty, x, ...(kty === 'EC' && { y }) }))))

export type SealReading =
  | { state: 'read'; claims: SealClaims; thumbprint: string; isAuthentic: boolean }
  | { state: 'unreadable' }

const parse = (part = ''): unknown => JSON.parse(decoder.decode(fromBase64Url(part)))

const headerOf = (part: string | undefined): { typ?: unknown; alg?: unknown } => Object(parse(part))

/**
 * Reads a seal (a compact JWS, RFC 7515) and checks its signature by the key that it carries. Whether that key is one to
 * trust is for the caller to say, by its thumbprint.
 */
export const readSealStatement = async (statement: string): Promise<SealReading> => {
  const [header, payload, signature, ...more] = statement.split('.')
  try {
    const claims = SealClaims.parse(parse(payload))
    const { key, verify, alg } = algorithms[claims.jwk.crv]
    const { kty, crv, x, y } = claims.jwk
    const isOurs = headerOf(header).typ === sealType && headerOf(header).alg === alg && more.length === 0
    const publicKey = await crypto.subtle.importKey('jwk', { kty, crv, x, ...(y !== undefined && { y }) }, key, false, [
      'verify',
    ])
    const signed = encoder.encode(`${header}.${payload}`)
    const isSigned = await crypto.subtle.verify(verify, publicKey, fromBase64Url(signature ?? ''), signed)
    return { state: 'read', claims, thumbprint: thumbprintOf(claims.jwk), isAuthentic: isOurs && isSigned }
  } catch {
    return { state: 'unreadable' }
  }
}
