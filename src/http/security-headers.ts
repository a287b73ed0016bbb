/** What every answer says, an asset's too, if it has nothing of its own to say. */
export const securityHeaders: Record<string, string> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

const usual = Object.entries(securityHeaders)

/** Adds them to an answer. What a route says itself (a page its CSP, a key set its cache) stays. */
export const addSecurityHeaders = (headers: Headers): void => {
  for (const [name, value] of usual) {
    if (!headers.has(name)) headers.set(name, value)
  }
}
