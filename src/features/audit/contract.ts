/** What is recorded, and which facts come with it. No fact is ever a secret, and none repeats a personal value. */
export interface AuditEvents {
  'account.registered': Record<never, never>
  'account.registration_repeated': Record<never, never>
  'account.email_verified': Record<never, never>
  'login.succeeded': { method: 'password' }
  'login.failed': { reason: 'credentials' | 'email_unverified' }
  'session.refreshed': Record<never, never>
  'session.refresh_reused': Record<never, never>
  'session.ended': { reason: 'logout' | 'revoked' | 'others_revoked' | 'email_proved'; count: number }
  'profile.updated': { fields: string[] }
  'email_token.issued': { purpose: 'verify-email' }
  'signing_key.created': { generation: number; signsFrom: string }
  'signing_key.resealed': { generation: number }
}

export type AuditEventType = keyof AuditEvents
