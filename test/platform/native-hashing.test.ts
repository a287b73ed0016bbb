import { describe, expect, test } from 'bun:test'
import { exportJWK, generateKeyPair } from 'jose'
import { crc32 } from '#core/crc32'
import { hashToken } from '#core/secrets'
import { nativeHashing } from '#platform/native-hashing'

const bytes = new TextEncoder().encode('what is signed, as it is: é 本 🦊')

const parameters = { EdDSA: { name: 'Ed25519' }, ES256: { name: 'ECDSA', hash: 'SHA-256' } } as const

describe('what the process signs at once, WebCrypto accepts', () => {
  test.each(['EdDSA', 'ES256'] as const)('%s', async (algorithm) => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
    const signature = new Uint8Array(nativeHashing.signer(algorithm, await exportJWK(privateKey))(bytes))
    expect(signature).toHaveLength(64)
    expect(await crypto.subtle.verify(parameters[algorithm], publicKey, signature, bytes)).toBe(true)
    expect(await crypto.subtle.verify(parameters[algorithm], publicKey, signature, bytes.slice(1))).toBe(false)
  })
})

test('digests and checksums are those of the other runtimes', async () => {
  for (const text of ['', 'a', 'é 本 🦊 \u2028', 'x'.repeat(5000)]) {
    expect(nativeHashing.sha256(text)).toBe(await hashToken(text))
    expect(nativeHashing.crc32(text)).toBe(crc32(new TextEncoder().encode(text)))
  }
})
