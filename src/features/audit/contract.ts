export type SessionEnd =
  | 'logout'
  | 'revoked'
  | 'others_revoked'
  | 'email_proved'
  | 'password_reset'
  | 'password_changed'
  | 'email_changed'
  | 'role_granted'
  | 'provider_logout'

type LogInMethod = 'password' | 'email_link' | 'email_code' | 'passkey' | 'federation' | 'second_factor'
type SecondFactor = 'totp' | 'recovery_code' | 'passkey'
type Authenticator = 'totp' | 'passkey'

/** What is recorded, and which facts come with it. No fact is ever a secret, and none repeats a personal value. */
export interface AuditEvents {
  'account.registered': Record<never, never>
  'account.registration_repeated': Record<never, never>
  'account.email_verified': Record<never, never>
  'login.succeeded': { method: LogInMethod }
  /** One factor was right, and another one is asked for. */
  'login.challenged': { method: LogInMethod; kind: 'second-factor' | 'enrolment' }
  'login.failed': { reason: 'credentials' | 'email_unverified' | 'locked' | 'email_link' | 'email_code' | 'passkey' }
  'account.locked': { failures: number }
  'account.unlocked': { by: 'mail' | 'reset' | 'log_in' | 'operator' }
  'second_factor.succeeded': { method: SecondFactor }
  'second_factor.failed': { method: SecondFactor }
  'second_factor.locked': { failures: number }
  /** The caller showed again who they are. */
  'session.raised': { method: SecondFactor | 'password' }
  'session.raise_refused': Record<never, never>
  'authenticator.bound': { kind: Authenticator }
  'authenticator.removed': { kind: Authenticator }
  'authenticator.renamed': { kind: Authenticator }
  'recovery_codes.made': { count: number }
  /** A passkey counted backwards, as a copy of it would. */
  'passkey.counter_regressed': { passkeyId: string }
  'trusted_device.revoked': { count: number }
  /** What another provider said was not accepted, or let nobody in. */
  'federation.refused': { provider: string; reason: string }
  'identity.linked': { provider: string }
  'identity.unlinked': { provider: string }
  'role.granted': { role: string }
  'role.revoked': { role: string }
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
