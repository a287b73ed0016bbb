import type { Config } from './config'
import type { CoreContext } from './context'
import { deriveSealKey, type KeyPurpose } from './derived-keys'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

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
    await deriveSealKey(ctx.config, 0, purpose),
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
    const key = await deriveSealKey(ctx.config, version, purpose)
    const algorithm = { name: 'AES-GCM', iv: fromBase64Url(iv), additionalData: encoder.encode(bound) }
    return decoder.decode(await crypto.subtle.decrypt(algorithm, key, fromBase64Url(ciphertext)))
  }
  throw new Error(`Sealed with version ${keyId} of SECRET, which is not configured. Add it after the newest.`)
}

/** The name that seals have for the newest version of SECRET. */
export const newestSealKeyId = (config: Config): Promise<string> => sealKeyId(config, 0)

/** The names of all versions that are configured, the newest first. */
export const sealKeyIds = (config: Config): Promise<string[]> =>
  Promise.all(config.SECRET.map((_, version) => sealKeyId(config, version)))

/** How every seal begins that is made with the newest version of SECRET. */
export const newestSealPrefix = async (ctx: CoreContext): Promise<string> => `v1.${await newestSealKeyId(ctx.config)}.`

/** Whether a seal was made with the newest version of SECRET, so that the older ones may go. */
export const isSealedByNewest = async (ctx: CoreContext, sealed: string): Promise<boolean> =>
  sealed.startsWith(await newestSealPrefix(ctx))

/** A secret that is given out once: 256 random bits, base64url. */
export const newToken = (ctx: CoreContext): string => toBase64Url(ctx.random.bytes(32))

/** What is stored of a token: its SHA-256, hex. The look-up by it needs no constant time: the token has 256 bits. */
export const hashToken = async (token: string): Promise<string> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(token))).toHex()

/** The same for what every request asks for. */
export const hashQuickly = ({ hashing }: Pick<CoreContext, 'hashing'>, text: string): string | Promise<string> =>
  hashing ? hashing.sha256(text) : hashToken(text)

/** Whether two texts are the same, in a time that tells nothing of where they differ: their SHA-256 are compared. */
export const isSameSecret = async (one: string, other: string): Promise<boolean> =>
  (await hashToken(one)) === (await hashToken(other))

export const toBase64Url = (bytes: Uint8Array): string => bytes.toBase64({ alphabet: 'base64url', omitPadding: true })

/** Throws a SyntaxError on anything that is not base64url. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.fromBase64(text, { alphabet: 'base64url' })
