/**
 * The headers that say whose a call is, as Standard Webhooks has it: HMAC-SHA256 over id, time and body.
 * @param secret `whsec_` and the key in base64 @param at the moment of this try, by which receivers refuse old calls
 */
export async function signWebhook(
  secret: string,
  { id, at, body }: { id: string; at: Date; body: string },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const bytes = Uint8Array.fromBase64(secret.slice('whsec_'.length))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${timestamp}.${body}`))
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${new Uint8Array(mac).toBase64()}`,
  }
}
