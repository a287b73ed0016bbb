import type { Config } from './config'

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

type Derived = { sealKey: CryptoKey; macKey: Uint8Array<ArrayBuffer> }

const bits = 256

const derived = new WeakMap<Config, Map<string, Derived>>()

/** HKDF-SHA-256 (RFC 5869). */
const derive = async (config: Config, version: number, purpose: KeyPurpose): Promise<Derived> => {
  const encoder = new TextEncoder()
  const uses: KeyUsage[] = ['deriveKey', 'deriveBits']
  const root = await crypto.subtle.importKey('raw', encoder.encode(config.SECRET[version]), 'HKDF', false, uses)
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode(`postern/${purpose}`) }
  const aes = { name: 'AES-GCM', length: bits }
  return {
    sealKey: await crypto.subtle.deriveKey(hkdf, root, aes, false, ['encrypt', 'decrypt']),
    macKey: new Uint8Array(await crypto.subtle.deriveBits(hkdf, root, bits)),
  }
}

const remember = async (config: Config, version: number, purpose: KeyPurpose): Promise<Derived> => {
  const remembered = derived.get(config) ?? new Map<string, Derived>()
  derived.set(config, remembered)
  const name = `${version}:${purpose}`
  const known = remembered.get(name) ?? (await derive(config, version, purpose))
  remembered.set(name, known)
  return known
}

/**
 * The key of a purpose that seals, from one version of SECRET; remembered as long as the configuration.
 * @param version 0 is the newest
 */
export const deriveSealKey = async (config: Config, version: number, purpose: KeyPurpose): Promise<CryptoKey> =>
  (await remember(config, version, purpose)).sealKey

/** The same that authenticates: 32 bytes, always the same array. */
export const deriveMacKey = async (config: Config, version: number, purpose: KeyPurpose) =>
  (await remember(config, version, purpose)).macKey
