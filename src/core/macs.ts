import type { CoreContext } from './context'
import { deriveMacKey, type KeyPurpose } from './derived-keys'

/** What authenticating needs of a context. */
export type MacContext = Pick<CoreContext, 'config'> & Partial<Pick<CoreContext, 'hashing'>>

type Bytes = Uint8Array<ArrayBuffer>

const imported = new WeakMap<Bytes, Promise<CryptoKey>>()

const importKey = (key: Bytes): Promise<CryptoKey> => {
  const known =
    imported.get(key) ?? crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  imported.set(key, known)
  return known
}

const authenticate = async ({ config, hashing }: MacContext, version: number, purpose: KeyPurpose, bytes: Bytes) => {
  const key = await deriveMacKey(config, version, purpose)
  if (hashing) return hashing.hmac(key, bytes)
  return new Uint8Array(await crypto.subtle.sign('HMAC', await importKey(key), bytes))
}

/** HMAC-SHA-256 of `bytes` under the newest SECRET: 32 bytes. */
export const authenticateBytes = (ctx: MacContext, purpose: KeyPurpose, bytes: Bytes): Promise<Bytes> =>
  authenticate(ctx, 0, purpose, bytes)

/** The same under each version of SECRET, the newest first: for what is looked up by its HMAC. */
export const authenticateByEachVersion = (ctx: MacContext, purpose: KeyPurpose, bytes: Bytes): Promise<Bytes[]> =>
  Promise.all(ctx.config.SECRET.map((_, version) => authenticate(ctx, version, purpose, bytes)))

/** In a time that tells nothing of where they differ. */
const areSame = (one: Bytes, other: Bytes): boolean => {
  let differences = one.length ^ other.length
  for (let at = 0; at < one.length; at += 1) differences |= (one[at] ?? 0) ^ (other[at] ?? 0)
  return differences === 0
}

/** Whether `mac` was made by `authenticateBytes` under any version of SECRET; compared in constant time. */
export const areBytesAuthentic = async (
  ctx: MacContext,
  purpose: KeyPurpose,
  bytes: Bytes,
  mac: Bytes,
): Promise<boolean> => {
  for (const version of ctx.config.SECRET.keys()) {
    if (areSame(await authenticate(ctx, version, purpose, bytes), mac)) return true
  }
  return false
}
