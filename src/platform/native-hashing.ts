import { createHash, createHmac } from 'node:crypto'
import type { Hashing } from '#core/hashing'

/** What the process itself can. */
export const nativeHashing: Hashing = {
  sha256: (text) => createHash('sha256').update(text).digest('hex'),
  hmac: (key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest()),
}
