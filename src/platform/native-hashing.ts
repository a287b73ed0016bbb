import { createHmac, createPrivateKey, hash, type JsonWebKey, sign } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Hashing, SignatureAlgorithm } from '#core/hashing'

const newSigner = (algorithm: SignatureAlgorithm, privateJwk: JsonWebKey) => {
  const key = createPrivateKey({ key: privateJwk, format: 'jwk' })
  return algorithm === 'EdDSA'
    ? (bytes: Uint8Array) => sign(null, bytes, key)
    : (bytes: Uint8Array) => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
}

/** What the process itself can. */
export const nativeHashing: Hashing = {
  crc32: (text) => crc32(text),
  sha256: (text) => hash('sha256', text, 'hex'),
  signer: newSigner,
  hmac: (key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest()),
}
