export interface SignedCall {
  body: string
  headers: Record<string, string>
}

const encoder = new TextEncoder()

/** A webhook secret in the form of Svix. */
export const newWebhookSecret = (): string => `whsec_${crypto.getRandomValues(new Uint8Array(24)).toBase64()}`

/** The signature of a call, as Svix makes it: `v1,` and base64. */
export const signCall = async (secret: string, id: string, timestamp: string, body: string): Promise<string> => {
  const bytes = Uint8Array.fromBase64(secret.replace('whsec_', ''))
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', key, encoder.encode(`${id}.${timestamp}.${body}`))
  return `v1,${new Uint8Array(mac).toBase64()}`
}

/** A call of a webhook as the provider would make it `at` that moment: what to send, and the headers that sign it. */
export const createSignedCall = async (secret: string, event: unknown, at: Date): Promise<SignedCall> => {
  const body = typeof event === 'string' ? event : JSON.stringify(event)
  const id = `msg_${crypto.randomUUID()}`
  const timestamp = String(Math.floor(at.getTime() / 1000))
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'svix-id': id,
      'svix-timestamp': timestamp,
      'svix-signature': await signCall(secret, id, timestamp, body),
    },
  }
}
