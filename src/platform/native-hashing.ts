import { createHmac, hash } from 'node:crypto'
import type { Hashing } from '#core/hashing'

/** What the process itself can. */
export const nativeHashing: Hashing = {
  sha256: (text) => hash('sha256', text, 'hex'),
  hmac: (key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest()),
}
