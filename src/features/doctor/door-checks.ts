import type { Check } from './inside-checks'

/** What is seen from outside, as callers see it. */
export const doorChecks = {
  'door-shut': {
    severity: 'error',
    proves: 'The address answers.',
    advice: 'Check that the server runs, that its name leads to it, and what the proxy before it says.',
  },
  'not-https': {
    severity: 'error',
    proves: 'The address is https.',
    advice: 'Serve it by https alone: passwords and tokens travel there, and its cookies are for https only.',
  },
  'tls-certificate': {
    severity: 'error',
    proves: 'The certificate is valid, is for this name, and those who trust public authorities trust it.',
    advice: 'Renew or replace the certificate, with its whole chain, at whoever ends TLS.',
  },
  'tls-expires': {
    severity: 'warning',
    proves: 'The certificate is good for another 14 days.',
    advice: 'Renew it, and find out why that did not happen by itself.',
  },
  'tls-old': {
    severity: 'error',
    proves: 'TLS is 1.2 or 1.3.',
    advice: 'Let whoever ends TLS speak 1.2 at the least (RFC 8996).',
  },
  'clock-differs': {
    severity: 'error',
    proves: 'The server’s clock and that of this machine agree, to five seconds.',
    advice:
      'Let NTP set the clock that is wrong. Codes of authenticator apps, passkeys, tokens of providers and our own go by it.',
  },
  'headers-lost': {
    severity: 'warning',
    proves: 'The headers that protect browsers arrive, HSTS among them.',
    advice: 'Let the proxy pass on the headers as they are.',
  },
  'answers-cached': {
    severity: 'error',
    proves: 'Answers are made anew for each request.',
    advice:
      'Switch off caching at the proxy or CDN for everything that says `no-store`: it would give one person’s answer to another.',
  },
  'key-set-cached': {
    severity: 'error',
    proves: 'Nobody keeps the key set longer than a new key waits before it signs.',
    advice:
      'Let the CDN heed our `Cache-Control: max-age=300` at /.well-known/jwks.json. A key signs 15 minutes after it was published; whoever keeps the set longer refuses its tokens.',
  },
  'key-set-stale': {
    severity: 'error',
    proves: 'The key set has the key that signs now.',
    advice: 'Purge the CDN’s copy of /.well-known/jwks.json; check that the address belongs to the same database.',
  },
  'cors-refused': {
    severity: 'error',
    proves: 'Pages of CORS_ORIGINS may call.',
    advice: 'Let the proxy pass on OPTIONS, `Origin` and the `Access-Control-…` headers, and say none itself.',
  },
  'cors-open': {
    severity: 'error',
    proves: 'Pages of other origins may not read answers.',
    advice: 'Take the `Access-Control-…` headers out of the proxy: CORS_ORIGINS says who may.',
  },
  'cookies-changed': {
    severity: 'error',
    proves: 'Cookies arrive as they were set: `__Host-`, Secure, HttpOnly, SameSite=Lax, Path=/, no Domain.',
    advice: 'Let the proxy leave Set-Cookie alone (`proxy_cookie_path`, `proxy_cookie_domain`, “sticky” rules).',
  },
  'redirect-open': {
    severity: 'error',
    proves: 'Log-ins lead back to no foreign address.',
    advice: 'Let the proxy pass on the query as it is; take what is not yours out of REDIRECT_ORIGINS.',
  },
  'operators-open': {
    severity: 'error',
    proves: 'What is for operators and developers is closed to strangers.',
    advice:
      'Set OPERATOR_TOKEN and ENVIRONMENT=production, and let no proxy add the token by itself for whoever comes.',
  },
  'address-differs': {
    severity: 'error',
    proves: 'The server knows the address that it is reached by: BASE_URL.',
    advice:
      'Set BASE_URL to it. It is the issuer of tokens, the place that links in mails lead to, and where browsers must come from.',
  },
  'address-forged': {
    severity: 'error',
    proves: 'Callers can’t choose the address that they are counted by.',
    advice:
      'Set TRUSTED_PROXY to what really stands before the server, and let nobody reach it past that. Now whoever sends X-Forwarded-For escapes the limits.',
  },
} as const satisfies Record<string, Check>
