import { importJWK, type CryptoKey as JoseKey, type JWK } from 'jose'
import type { Context } from '#core/context'
import { isSealedByNewest, openSealed, seal } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { publishedBeforeSeconds, signingSeconds, stagesOf } from './key-schedule'
import { addSeconds } from './new-session'
import { newSigningKey } from './new-signing-key'
import { insertSigningKey, listSigningKeys, replaceSeal, type SigningKeyRow } from './signing-key-queries'

export interface SigningKey {
  keyId: string
  algorithm: 'EdDSA' | 'ES256'
  generation: number
  signsFrom: Date
  revokedAt: null
  publicJwk: Record<string, string>
  publicKey: JoseKey
  /** Signs the bytes as a JWS has it. */
  sign: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array | Promise<Uint8Array>
}

const importKey = async (jwk: JWK, algorithm: string): Promise<JoseKey> => {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('A signing key must be asymmetric.')
  return key
}

const signatures = { EdDSA: { name: 'Ed25519' }, ES256: { name: 'ECDSA', hash: 'SHA-256' } }

/** At once where the runtime can: to hand it to another thread takes as long again. */
const openSigner = async (
  { hashing }: Context,
  algorithm: SigningKey['algorithm'],
  jwk: JWK,
): Promise<SigningKey['sign']> => {
  if (hashing) return hashing.signer(algorithm, jwk)
  const key = await importKey(jwk, algorithm)
  return async (bytes) => new Uint8Array(await crypto.subtle.sign(signatures[algorithm], key, bytes))
}

/** Keys are made and sealed anew by the server itself: whoever happens to call at that moment has no part in it. */
const ownEvent = (ctx: Context) => ({ ...eventValues(ctx), ipAddress: null, userAgent: null, place: null })

/** Puts a key that an older version of SECRET sealed under the newest, behind the answer. */
const renewSeal = async (ctx: Context, { keyId, sealedPrivateJwk }: SigningKeyRow, privateJwk: string) => {
  if (await isSealedByNewest(ctx, sealedPrivateJwk)) return
  const newSeal = await seal(ctx, 'signing-key-seal', keyId, privateJwk)
  ctx.background(replaceSeal(ctx.db, { ...ownEvent(ctx), keyId, oldSeal: sealedPrivateJwk, newSeal }))
}

const openKey = async (ctx: Context, row: SigningKeyRow): Promise<SigningKey> => {
  const { keyId, algorithm, generation, signsFrom, publicJwk } = row
  const privateJwk = await openSealed(ctx, 'signing-key-seal', keyId, row.sealedPrivateJwk)
  await renewSeal(ctx, row, privateJwk)
  return {
    keyId,
    algorithm,
    generation,
    signsFrom,
    revokedAt: null,
    publicJwk,
    publicKey: await importKey(publicJwk, algorithm),
    sign: await openSigner(ctx, algorithm, JSON.parse(privateJwk)),
  }
}

/**
 * Makes the key of one generation and stores it sealed. Of several instances that try at once, one succeeds.
 * @param signsFrom when it starts to sign; until then it is only published
 */
export const createSigningKey = async (ctx: Context, generation: number, signsFrom: Date): Promise<void> => {
  await insertSigningKey(ctx.db, { ...ownEvent(ctx), ...(await newSigningKey(ctx)), generation, signsFrom })
}

const lastGeneration = (rows: SigningKeyRow[]) => Math.max(0, ...rows.map(({ generation }) => generation))

/** Makes the first key when there is none that counts, and the next one when the current has signed for long enough. */
const createDueKey = async (ctx: Context, rows: SigningKeyRow[]): Promise<boolean> => {
  const now = ctx.clock.now()
  const { current, next } = stagesOf(rows, now, ctx.config.ACCESS_TOKEN_SECONDS)
  if (current && (next || addSeconds(current.signsFrom, signingSeconds) > now)) return false
  await createSigningKey(ctx, lastGeneration(rows) + 1, current ? addSeconds(now, publishedBeforeSeconds) : now)
  return true
}

/** All keys but those that were revoked, opened; the one that is due is made first. */
export const readSigningKeys = async (ctx: Context): Promise<SigningKey[]> => {
  const rows = await listSigningKeys(ctx.db, {})
  const current = (await createDueKey(ctx, rows)) ? await listSigningKeys(ctx.db, {}) : rows
  return Promise.all(current.filter(({ revokedAt }) => !revokedAt).map((row) => openKey(ctx, row)))
}
