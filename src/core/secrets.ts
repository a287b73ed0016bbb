import type { Config } from './config'
import type { CoreContext } from './context'

/** What a derived key is for: a key of one purpose is useless for another. */
export type KeyPurpose =
  | 'refresh-token'
  | 'signing-key-seal'
  | 'message-seal'
  | 'email-code'
  | 'idempotent-answer-seal'
  | 'device-token'
  | 'csrf-token'
  | 'log-in-challenge'
  | 'totp-seal'
  | 'oauth-flow'
  | 'provider-tokens-seal'
  | 'erasure-cancellation'
  | 'erasure-receipt'
  | 'blob-upload'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

const rootKeys = new WeakMap<Config, Map<string, CryptoKey>>()

/**
 * Derives a key from one version of SECRET with HKDF-SHA-256 (RFC 5869); remembered as long as the configuration.
 * @param version 0 is the newest
 */
const deriveKey = async (config: Config, version: number, purpose: KeyPurpose, algorithm: 'HMAC' | 'AES-GCM') => {
  const remembered = rootKeys.get(config) ?? new Map<string, CryptoKey>()
  rootKeys.set(config, remembered)
  const name = `${version}:${purpose}:${algorithm}`
  const known = remembered.get(name)
  if (known) return known
  const root = await crypto.subtle.importKey('raw', encoder.encode(config.SECRET[version]), 'HKDF', false, [
    'deriveKey',
  ])
  const derived = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(`postern/${purpose}`) },
    root,
    algorithm === 'HMAC' ? { name: 'HMAC', hash: 'SHA-256', length: 256 } : { name: 'AES-GCM', length: 256 },
    false,
    algorithm === 'HMAC' ? ['sign', 'verify'] : ['encrypt', 'decrypt'],
  )
  remembered.set(name, derived)
  return derived
}

/** HMAC-SHA-256 of `bytes` under the newest SECRET: 32 bytes. */
export const authenticateBytes = async (
  ctx: Pick<CoreContext, 'config'>,
  purpose: KeyPurpose,
  bytes: Uint8Array<ArrayBuffer>,
) => new Uint8Array(await crypto.subtle.sign('HMAC', await deriveKey(ctx.config, 0, purpose, 'HMAC'), bytes))

/** The same under each version of SECRET, the newest first: for what is looked up by its HMAC. */
export const authenticateByEachVersion = (ctx: CoreContext, purpose: KeyPurpose, bytes: Uint8Array<ArrayBuffer>) =>
  Promise.all(
    ctx.config.SECRET.map(async (_, version) => {
      const key = await deriveKey(ctx.config, version, purpose, 'HMAC')
      return new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes))
    }),
  )

/** Whether `mac` was made by `authenticateBytes` under any version of SECRET; compared in constant time. */
export const areBytesAuthentic = async (
  ctx: Pick<CoreContext, 'config'>,
  purpose: KeyPurpose,
  bytes: Uint8Array<ArrayBuffer>,
  mac: Uint8Array<ArrayBuffer>,
): Promise<boolean> => {
  for (const version of ctx.config.SECRET.keys()) {
    if (await crypto.subtle.verify('HMAC', await deriveKey(ctx.config, version, purpose, 'HMAC'), mac, bytes))
      return true
  }
  return false
}

/** Names a version of SECRET without telling anything of it: 8 hex digits. */
const sealKeyId = async (config: Config, version: number): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(`postern/key-id/${config.SECRET[version]}`))
  return new Uint8Array(digest).subarray(0, 4).toHex()
}

/**
 * Seals a text for storage with AES-256-GCM: `v1.<key id>.<iv>.<ciphertext>`.
 * @param bound what the text belongs to; opening it for another thing fails
 */
export const seal = async (ctx: CoreContext, purpose: KeyPurpose, bound: string, text: string): Promise<string> => {
  const iv = ctx.random.bytes(12)
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: encoder.encode(bound) },
    await deriveKey(ctx.config, 0, purpose, 'AES-GCM'),
    encoder.encode(text),
  )
  return ['v1', await sealKeyId(ctx.config, 0), toBase64Url(iv), toBase64Url(new Uint8Array(sealed))].join('.')
}

/** Opens what `seal` made, by the version of SECRET that sealed it. Throws when that version is gone. */
export const openSealed = async (
  ctx: Pick<CoreContext, 'config'>,
  purpose: KeyPurpose,
  bound: string,
  sealed: string,
): Promise<string> => {
  const [format, keyId, iv = '', ciphertext = ''] = sealed.split('.')
  if (format !== 'v1') throw new Error('This is no seal of ours.')
  for (const version of ctx.config.SECRET.keys()) {
    if ((await sealKeyId(ctx.config, version)) !== keyId) continue
    const key = await deriveKey(ctx.config, version, purpose, 'AES-GCM')
    const algorithm = { name: 'AES-GCM', iv: fromBase64Url(iv), additionalData: encoder.encode(bound) }
    return decoder.decode(await crypto.subtle.decrypt(algorithm, key, fromBase64Url(ciphertext)))
  }
  throw new Error(`Sealed with version ${keyId} of SECRET, which is not configured. Add it after the newest.`)
}

/** How every seal begins that is made with the newest version of SECRET. */
export const newestSealPrefix = async (ctx: CoreContext): Promise<string> => `v1.${await sealKeyId(ctx.config, 0)}.`

/** Whether a seal was made with the newest version of SECRET, so that the older ones may go. */
export const isSealedByNewest = async (ctx: CoreContext, sealed: string): Promise<boolean> =>
  sealed.startsWith(await newestSealPrefix(ctx))

/** A secret that is given out once: 256 random bits, base64url. */
export const newToken = (ctx: CoreContext): string => toBase64Url(ctx.random.bytes(32))

/** What is stored of a token: its SHA-256, hex. The look-up by it needs no constant time: the token has 256 bits. */
export const hashToken = async (token: string): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(token))).toHex()

/** Whether two texts are the same, in a time that tells nothing of where they differ: their SHA-256 are compared. */
export const isSameSecret = async (one: string, other: string): Promise<boolean> =>
  (await hashToken(one)) === (await hashToken(other))

export const toBase64Url = (bytes: Uint8Array): string => bytes.toBase64({ alphabet: 'base64url', omitPadding: true })

/** Throws a SyntaxError on anything that is not base64url. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.fromBase64(text, { alphabet: 'base64url' })
