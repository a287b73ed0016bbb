/** Every `code` that the server's `problems.ts` files define; a test compares the two. */
export const problemCodes = [
  'cross_site_request',
  'database_unavailable',
  'email_taken',
  'email_unverified',
  'idempotency_key_reused',
  'invalid_access_token',
  'invalid_credentials',
  'invalid_email_code',
  'invalid_email_token',
  'invalid_refresh_token',
  'invalid_request',
  'invalid_webhook_signature',
  'malformed_request',
  'method_not_allowed',
  'multiple_credentials',
  'not_found',
  'not_ready',
  'overloaded',
  'password_check_unavailable',
  'payload_too_large',
  'rate_limited',
  'session_revoked',
  'unauthenticated',
  'unexpected',
  'unsupported_media_type',
] as const

/** The stable machine word of a problem. */
export type ProblemCode = (typeof problemCodes)[number]
