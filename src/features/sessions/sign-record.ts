import type { CoreContext } from '#core/context'
import { openSealed, toBase64Url } from '#core/secrets'
import { stagesOf } from './key-schedule'
import { listSigningKeys } from './signing-key-queries'

const encoder = new TextEncoder()

const algorithms = {
  EdDSA: { key: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
  ES256: { key: { name: 'ECDSA', namedCurve: 'P-256' }, sign: { name: 'ECDSA', hash: 'SHA-256' } },
}

/**
 * Signs what is to be proved elsewhere: a compact JWS (RFC 7515) by the key that signs now, over the very bytes of what
 * `write` makes of the public key. Without jose, since whoever works jobs has no other use for it.
 * @param type `typ` of the header: one of its own, so that it never passes for an access token
 * @returns undefined when there is no key yet
 */
export async function signStatement(
  ctx: CoreContext,
  type: string,
  write: (publicJwk: Record<string, string>) => string,
): Promise<string | undefined> {
  const keys = await listSigningKeys(ctx.db, {})
  const { current } = stagesOf(keys, ctx.clock.now(), ctx.config.ACCESS_TOKEN_SECONDS)
  if (!current) return undefined
  const { keyId, algorithm, publicJwk, sealedPrivateJwk } = current
  const jwk = JSON.parse(await openSealed(ctx, 'signing-key-seal', keyId, sealedPrivateJwk))
  const { key: imported, sign } = algorithms[algorithm]
  // Runtimes name Ed25519 in `alg` by different names, and need it nowhere.
  const key = await crypto.subtle.importKey('jwk', { ...jwk, alg: undefined } as JsonWebKey, imported, false, ['sign'])
  const header = JSON.stringify({ alg: algorithm, typ: type, kid: keyId })
  const signed = [header, write(publicJwk)].map((part) => toBase64Url(encoder.encode(part))).join('.')
  const signature = await crypto.subtle.sign(sign, key, encoder.encode(signed))
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`
}

/** The same over the bytes of `record`. Throws when there is no key yet. */
export async function signRecord(ctx: CoreContext, type: string, record: string): Promise<string> {
  const statement = await signStatement(ctx, type, () => record)
  if (statement === undefined) throw new Error('There is no signing key yet.')
  return statement
}
