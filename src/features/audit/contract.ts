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
  | 'account_closed'
  | 'account_reopened'
  | 'banned'
  | 'staff'
  | 'impersonation_ended'
  | 'keys_revoked'

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
  'account.unlocked': { by: 'mail' | 'reset' | 'log_in' | 'operator' | 'staff' }
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
  'role.granted': { role: string; expiresAt: string | null }
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
  'profile.attributes_set': { names: string[] }
  'terms.accepted': { document: string; version: string }
  'email_token.issued': { purpose: 'verify-email' | 'reset-password' | 'log-in' | 'change-email' | 'unlock' }
  /** The owner deleted the account: it is shut, and erased later. */
  'account.closed': { dueAt: string }
  'account.reopened': { by: 'mail' | 'operator' }
  'account.erased': Record<never, never>
  'export.requested': Record<never, never>
  'export.collected': Record<never, never>
  'address.bounced': { reason: 'rejected' | 'bounced' | 'complained' }
  /** Staff made it, or an import did. */
  'account.created': { by: 'staff' | 'import' }
  'account.updated': { fields: string[] }
  'account.banned': { until: string | null }
  'account.unbanned': { by: 'staff' | 'time' }
  'account.deleted': Record<never, never>
  'authenticators.reset': { count: number }
  'impersonation.started': { reason: string; seconds: number }
  'impersonation.refused': { reason: 'not_above' | 'chain' | 'closed' }
  'access.refused': { permission: string }
  'role.grant_refused': { role: string }
  'role.created': { name: string }
  'role.updated': { name: string }
  'role.deleted': { name: string }
  'service_account.created': { serviceAccountId: string; organizationId: string | null }
  'service_account.updated': { serviceAccountId: string }
  'service_account.deleted': { serviceAccountId: string }
  'api_key.created': { keyId: string; ownerKind: string; ownerId: string }
  'api_key.updated': { keyId: string }
  'api_key.rolled': { keyId: string; replacedBy: string }
  'api_key.revoked': { keyId: string }
  'token.issued': { serviceAccountId: string }
  'token.refused': { reason: string }
  'organization.created': { organizationId: string }
  'organization.updated': { organizationId: string; fields: string[] }
  'organization.deleted': { organizationId: string }
  'organization.switched': { organizationId: string | null }
  'ownership.transferred': { organizationId: string; from: string }
  'ownership.transfer_refused': { organizationId: string }
  'member.joined': { organizationId: string; by: 'creation' | 'invitation' | 'domain'; role: string }
  'member.role_changed': { organizationId: string; role: string }
  'member.role_refused': { organizationId: string; role: string }
  'member.removed': { organizationId: string }
  'member.left': { organizationId: string }
  'organization_role.created': { organizationId: string; name: string }
  'organization_role.updated': { organizationId: string; name: string }
  'organization_role.deleted': { organizationId: string; name: string }
  'team.created': { organizationId: string; teamId: string }
  'team.updated': { organizationId: string; teamId: string }
  'team.deleted': { organizationId: string; teamId: string }
  'team.joined': { organizationId: string; teamId: string }
  'team.left': { organizationId: string; teamId: string }
  'invitation.created': { organizationId: string; invitationId: string }
  'invitation.revoked': { organizationId: string; invitationId: string }
  'invitation.refused': { organizationId: string; invitationId: string; reason: 'address' | 'unproved' }
  'domain.claimed': { organizationId: string; domain: string }
  'domain.verified': { organizationId: string; domain: string }
  'domain.refused': { organizationId: string; domain: string; reason: 'taken' | 'absent' }
  'domain.lapsed': { organizationId: string; domain: string }
  'domain.removed': { organizationId: string; domain: string }
  'bulk.requested': { operationId: string; kind: string }
  'bulk.finished': { operationId: string; kind: string; done: number; failed: number }
  'bulk.cancelled': { operationId: string }
  'bulk.collected': { operationId: string }
  /** Somebody looked at the record: by which filters, not for what. */
  'audit.read': { filters: string[] }
  /** The months of a retention before one are dropped: a day after this is recorded, so that it is sealed by then. */
  'audit.expired': { retention: string; before: string; count: number }
  /** The database was put back to a backup: what happened after that is not in the record. */
  'database.restored': { backedUpAt: string; sessionsEnded: number }
  /** Seals of a retention that the blob store knew were lost with the database: the chain goes on from `kept`. */
  'audit.seals_lost': { retention: string; kept: number; lost: number }
  'signing_key.created': { generation: number; signsFrom: string }
  'signing_key.resealed': { generation: number }
  /** Every signing key at once, with all links and challenges that were under way: why, how many, and the one that signs instead. */
  'signing_key.revoked': { reason: string; count: number; generation: number; links: number; challenges: number }
}

export type AuditEventType = keyof AuditEvents
