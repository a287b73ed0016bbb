import type { AuditEvents, AuditEventType } from '../audit/contract'

/** What an account shows of an event: under which name, beside which others, and which of its facts. */
interface Activity<Kind extends string, Type extends AuditEventType> {
  type: string
  kind: Kind
  facts: readonly (keyof AuditEvents[Type])[]
}

type Kind = 'organization' | 'sign_in' | 'session' | 'credential' | 'account' | 'profile' | 'identity'

/**
 * Every recorded event: what its account shows of it, or null. The names are public, and stay. A new event that is not
 * decided here does not compile.
 */
export const activities = {
  'login.succeeded': { type: 'signed_in', kind: 'sign_in', facts: ['method'] },
  'login.challenged': { type: 'sign_in_challenged', kind: 'sign_in', facts: ['method'] },
  'login.failed': { type: 'sign_in_failed', kind: 'sign_in', facts: ['reason'] },
  'federation.refused': { type: 'sign_in_refused', kind: 'sign_in', facts: ['provider', 'reason'] },
  'second_factor.succeeded': { type: 'second_factor_passed', kind: 'sign_in', facts: ['method'] },
  'second_factor.failed': { type: 'second_factor_failed', kind: 'sign_in', facts: ['method'] },
  'second_factor.locked': { type: 'second_factor_locked', kind: 'sign_in', facts: [] },
  'account.locked': { type: 'account_locked', kind: 'sign_in', facts: [] },
  'account.unlocked': { type: 'account_unlocked', kind: 'sign_in', facts: ['by'] },

  'session.raised': { type: 'stepped_up', kind: 'session', facts: ['method'] },
  'session.raise_refused': { type: 'step_up_failed', kind: 'session', facts: [] },
  'session.ended': { type: 'sessions_ended', kind: 'session', facts: ['reason', 'count'] },
  'session.refresh_reused': { type: 'refresh_token_reused', kind: 'session', facts: [] },
  'session.refreshed': null,
  'trusted_device.revoked': { type: 'devices_untrusted', kind: 'session', facts: ['count'] },

  'password.changed': { type: 'password_changed', kind: 'credential', facts: [] },
  'password.change_refused': { type: 'password_change_failed', kind: 'credential', facts: [] },
  'password.reset': { type: 'password_reset', kind: 'credential', facts: [] },
  'password.dropped': { type: 'password_dropped', kind: 'credential', facts: [] },
  'authenticator.bound': { type: 'authenticator_added', kind: 'credential', facts: ['kind'] },
  'authenticator.removed': { type: 'authenticator_removed', kind: 'credential', facts: ['kind'] },
  'authenticator.renamed': { type: 'authenticator_renamed', kind: 'credential', facts: ['kind'] },
  'recovery_codes.made': { type: 'recovery_codes_made', kind: 'credential', facts: ['count'] },
  'passkey.counter_regressed': { type: 'passkey_suspected', kind: 'credential', facts: ['passkeyId'] },

  'account.registered': { type: 'registered', kind: 'account', facts: [] },
  'account.registration_repeated': { type: 'registration_repeated', kind: 'account', facts: [] },
  'account.email_verified': { type: 'email_verified', kind: 'account', facts: [] },
  'email.change_requested': { type: 'email_change_requested', kind: 'account', facts: [] },
  'email.changed': { type: 'email_changed', kind: 'account', facts: [] },
  'email_token.issued': { type: 'link_mailed', kind: 'account', facts: ['purpose'] },
  'address.bounced': { type: 'email_bounced', kind: 'account', facts: ['reason'] },
  'role.granted': { type: 'role_granted', kind: 'account', facts: ['role'] },
  'role.revoked': { type: 'role_revoked', kind: 'account', facts: ['role'] },
  'terms.accepted': { type: 'terms_accepted', kind: 'account', facts: ['document', 'version'] },
  'account.closed': { type: 'account_closed', kind: 'account', facts: [] },
  'account.reopened': { type: 'account_reopened', kind: 'account', facts: ['by'] },
  'account.erased': null,
  'export.requested': { type: 'export_requested', kind: 'account', facts: [] },
  'export.collected': { type: 'export_collected', kind: 'account', facts: [] },

  'profile.updated': { type: 'profile_updated', kind: 'profile', facts: ['fields'] },
  // Which ones is the operator's: the names of attributes that the account doesn't see are among them.
  'profile.attributes_set': { type: 'attributes_set', kind: 'profile', facts: [] },

  'identity.linked': { type: 'identity_linked', kind: 'identity', facts: ['provider'] },
  'identity.unlinked': { type: 'identity_unlinked', kind: 'identity', facts: ['provider'] },

  'account.created': { type: 'account_created', kind: 'account', facts: ['by'] },
  'account.updated': { type: 'account_updated', kind: 'account', facts: ['fields'] },
  'account.banned': { type: 'account_banned', kind: 'account', facts: [] },
  'account.unbanned': { type: 'account_unbanned', kind: 'account', facts: ['by'] },
  'account.deleted': { type: 'account_deleted', kind: 'account', facts: [] },
  'authenticators.reset': { type: 'authenticators_reset', kind: 'credential', facts: ['count'] },
  // Who acted as somebody is staff's to know; that they did, and why, is the person's.
  'impersonation.started': { type: 'impersonated', kind: 'session', facts: ['reason'] },
  'impersonation.refused': null,
  'access.refused': null,
  'role.grant_refused': null,
  'role.created': null,
  'role.updated': null,
  'role.deleted': null,
  'service_account.created': null,
  'service_account.updated': null,
  'service_account.deleted': null,
  'api_key.created': { type: 'api_key_created', kind: 'credential', facts: [] },
  'api_key.updated': { type: 'api_key_updated', kind: 'credential', facts: [] },
  'api_key.rolled': { type: 'api_key_rolled', kind: 'credential', facts: [] },
  'api_key.revoked': { type: 'api_key_revoked', kind: 'credential', facts: [] },
  'token.issued': null,
  'token.refused': null,
  'organization.created': { type: 'organization_created', kind: 'organization', facts: ['organizationId'] },
  'organization.updated': null,
  'organization.deleted': null,
  'organization.switched': { type: 'organization_switched', kind: 'session', facts: ['organizationId'] },
  'ownership.transferred': { type: 'ownership_received', kind: 'organization', facts: ['organizationId'] },
  'ownership.transfer_refused': null,
  'member.joined': { type: 'organization_joined', kind: 'organization', facts: ['organizationId', 'by', 'role'] },
  'member.role_changed': { type: 'organization_role_changed', kind: 'organization', facts: ['organizationId', 'role'] },
  'member.role_refused': null,
  'member.removed': { type: 'organization_removed', kind: 'organization', facts: ['organizationId'] },
  'member.left': { type: 'organization_left', kind: 'organization', facts: ['organizationId'] },
  'organization_role.created': null,
  'organization_role.updated': null,
  'organization_role.deleted': null,
  'team.created': null,
  'team.updated': null,
  'team.deleted': null,
  'team.joined': { type: 'team_joined', kind: 'organization', facts: ['organizationId', 'teamId'] },
  'team.left': { type: 'team_left', kind: 'organization', facts: ['organizationId', 'teamId'] },
  'invitation.created': null,
  'invitation.revoked': null,
  'invitation.refused': null,
  'domain.claimed': null,
  'domain.verified': null,
  'domain.refused': null,
  'domain.lapsed': null,
  'domain.removed': null,
  'bulk.requested': null,
  'bulk.finished': null,
  'bulk.cancelled': null,
  'bulk.collected': null,
  'audit.read': null,

  'audit.expired': null,
  'audit.seals_lost': null,
  'database.restored': null,
  'signing_key.created': null,
  'signing_key.resealed': null,
  'signing_key.revoked': null,
} as const satisfies { [Type in AuditEventType]: Activity<Kind, Type> | null }
