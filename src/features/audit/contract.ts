export type SessionEnd =
  | 'logout'
  | 'revoked'
  | 'others_revoked'
  | 'email_proved'
  | 'password_reset'
  | 'password_changed'
  | 'email_changed'

/** What is recorded, and which facts come with it. No fact is ever a secret, and none repeats a personal value. */
export interface AuditEvents {
  'account.registered': Record<never, never>
  'account.registration_repeated': Record<never, never>
  'account.email_verified': Record<never, never>
  'login.succeeded': { method: 'password' | 'email_link' | 'email_code' }
  'login.failed': { reason: 'credentials' | 'email_unverified' | 'locked' | 'email_link' | 'email_code' }
  'account.locked': { failures: number }
  'account.unlocked': { by: 'mail' | 'reset' | 'log_in' | 'operator' }
  'password.reset': Record<never, never>
  'password.changed': Record<never, never>
  'password.change_refused': Record<never, never>
  /** Someone proved the address by another way, so the password from before is gone. */
  'password.dropped': Record<never, never>
  'email.change_requested': Record<never, never>
  'email.changed': Record<never, never>
  'session.refreshed': Record<never, never>
  'session.refresh_reused': Record<never, never>
  'session.ended': { reason: SessionEnd; count: number }
  'profile.updated': { fields: string[] }
  'email_token.issued': { purpose: 'verify-email' | 'reset-password' | 'log-in' | 'change-email' | 'unlock' }
  'address.bounced': { reason: 'rejected' | 'bounced' | 'complained' }
  'signing_key.created': { generation: number; signsFrom: string }
  'signing_key.resealed': { generation: number }
}

export type AuditEventType = keyof AuditEvents
