import type { Context } from '#core/context'
import type { WebhookCall } from './contract'
import { invalidWebhookSignature } from './problems'

/** Older calls may be replays. */
const toleranceSeconds = 300
/** While a secret is replaced there are two; each costs a hash of the body. */
const mostSignatures = 5

const encoder = new TextEncoder()

const importKey = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    'raw',
    Uint8Array.fromBase64(secret.replace(/^whsec_/, '')),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  )

const decode = (signature: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return Uint8Array.fromBase64(signature)
  } catch {
    return undefined
  }
}

const isRecent = (timestamp: string, now: Date): boolean =>
  /^\d{1,12}$/.test(timestamp) && Math.abs(now.getTime() / 1000 - Number(timestamp)) <= toleranceSeconds

/**
 * Makes sure that a call was signed with `secret` a moment ago, as Svix signs; compared in constant time. Throws
 * `invalid-webhook-signature`.
 */
export async function verifyWebhook(ctx: Context, secret: string, call: WebhookCall): Promise<void> {
  const { id, timestamp, signatures, body } = call
  if (!isRecent(timestamp, ctx.clock.now())) throw invalidWebhookSignature()
  const key = await importKey(secret)
  const signed = encoder.encode(`${id}.${timestamp}.${body}`)
  const candidates = signatures.split(' ').filter((signature) => signature.startsWith('v1,'))
  for (const candidate of candidates.slice(0, mostSignatures)) {
    const mac = decode(candidate.slice('v1,'.length))
    if (mac && (await crypto.subtle.verify('HMAC', key, mac, signed))) return
  }
  throw invalidWebhookSignature()
}
