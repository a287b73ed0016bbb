import { exportJWK, generateKeyPair, importJWK, type CryptoKey as JoseKey, type JWK } from 'jose'
import type { Config } from '#core/config'
import type { Context } from '#core/context'
import { openSealed, seal } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { type KeyStages, publishedBeforeSeconds, signingSeconds, stagesOf } from './key-schedule'
import { addSeconds } from './new-session'
import { insertSigningKey, listSigningKeys, type SigningKeyRow } from './queries'

export interface SigningKey {
  keyId: string
  algorithm: 'EdDSA' | 'ES256'
  generation: number
  signsFrom: Date
  publicJwk: Record<string, string>
  publicKey: JoseKey
  privateKey: JoseKey
}

/** Keys older than this are read again, behind the answer; older than `publishedBeforeSeconds` / 2, before it. */
const freshSeconds = 60
/** An unknown key id may be a new key's, but asking the database is not free. */
const unknownKeyPauseSeconds = 5

interface RememberedKeys {
  keys: SigningKey[]
  loadedAt: Date
}

/** One set for each configuration, that is for each process or isolate. */
const remembered = new WeakMap<Config, RememberedKeys>()

const importKey = async (jwk: JWK, algorithm: string): Promise<JoseKey> => {
  const key = await importJWK(jwk, algorithm)
  if (key instanceof Uint8Array) throw new Error('A signing key must be asymmetric.')
  return key
}

const openKey = async (ctx: Context, row: SigningKeyRow): Promise<SigningKey> => ({
  keyId: row.keyId,
  algorithm: row.algorithm,
  generation: row.generation,
  signsFrom: row.signsFrom,
  publicJwk: row.publicJwk,
  publicKey: await importKey(row.publicJwk, row.algorithm),
  privateKey: await importKey(
    JSON.parse(await openSealed(ctx, 'signing-key-seal', row.keyId, row.sealedPrivateJwk)),
    row.algorithm,
  ),
})

/**
 * Makes the key of one generation and stores it sealed. Of several instances that try at once, one succeeds.
 * @param signsFrom when it starts to sign; until then it is only published
 */
export const createSigningKey = async (ctx: Context, generation: number, signsFrom: Date): Promise<void> => {
  const algorithm = ctx.config.SIGNING_ALGORITHM
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const keyId = ctx.ids.next()
  const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: keyId, alg: algorithm, use: 'sig' }
  await insertSigningKey(ctx.db, {
    ...eventValues(ctx),
    keyId,
    generation,
    algorithm,
    publicJwk: JSON.stringify(publicJwk),
    sealedPrivateJwk: await seal(ctx, 'signing-key-seal', keyId, JSON.stringify(await exportJWK(pair.privateKey))),
    signsFrom,
  })
}

const lastGeneration = (rows: SigningKeyRow[]) => Math.max(0, ...rows.map(({ generation }) => generation))

/** Makes the first key when there is none, and the next one when the current has signed for long enough. */
const createDueKey = async (ctx: Context, rows: SigningKeyRow[]): Promise<boolean> => {
  const now = ctx.clock.now()
  const { current, next } = stagesOf(rows, now, ctx.config.ACCESS_TOKEN_SECONDS)
  if (current && (next || addSeconds(current.signsFrom, signingSeconds) > now)) return false
  await createSigningKey(ctx, lastGeneration(rows) + 1, current ? addSeconds(now, publishedBeforeSeconds) : now)
  return true
}

const loadKeys = async (ctx: Context): Promise<SigningKey[]> => {
  let rows = await listSigningKeys(ctx.db, {})
  if (await createDueKey(ctx, rows)) rows = await listSigningKeys(ctx.db, {})
  const keys = await Promise.all(rows.map((row) => openKey(ctx, row)))
  remembered.set(ctx.config, { keys, loadedAt: ctx.clock.now() })
  return keys
}

const keysNotOlderThan = async (ctx: Context, seconds: number): Promise<SigningKey[]> => {
  const known = remembered.get(ctx.config)
  return known && addSeconds(known.loadedAt, seconds) > ctx.clock.now() ? known.keys : loadKeys(ctx)
}

/** The key set as it stands; it comes from memory but for the first time, and is renewed behind the answer. */
export const getKeyStages = async (ctx: Context): Promise<KeyStages<SigningKey>> => {
  const keys = await keysNotOlderThan(ctx, publishedBeforeSeconds / 2)
  const loadedAt = remembered.get(ctx.config)?.loadedAt
  if (loadedAt && addSeconds(loadedAt, freshSeconds) <= ctx.clock.now()) {
    remembered.set(ctx.config, { keys, loadedAt: ctx.clock.now() })
    ctx.background(loadKeys(ctx))
  }
  return stagesOf(keys, ctx.clock.now(), ctx.config.ACCESS_TOKEN_SECONDS)
}

/** The key that signs now. */
export const getCurrentKey = async (ctx: Context): Promise<SigningKey> => {
  const { current } = await getKeyStages(ctx)
  if (!current) throw new Error('There is no signing key.')
  return current
}

/** The published key of this id. An unknown id makes the keys be read again, at most every few seconds. */
export const findPublishedKey = async (ctx: Context, keyId: string): Promise<SigningKey | undefined> => {
  const find = ({ current, next, previous }: KeyStages<SigningKey>) =>
    [current, next, ...previous].find((key) => key?.keyId === keyId)
  const known = find(await getKeyStages(ctx))
  if (known) return known
  const keys = await keysNotOlderThan(ctx, unknownKeyPauseSeconds)
  return find(stagesOf(keys, ctx.clock.now(), ctx.config.ACCESS_TOKEN_SECONDS))
}
