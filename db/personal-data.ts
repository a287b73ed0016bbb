import { roleAssignmentMarks, roleMarks } from './personal-data/access'
import { codeAttemptMarks, emailTokenMarks, passwordMarks } from './personal-data/accounts'
import { apiKeyMarks, serviceAccountMarks } from './personal-data/api-keys'
import {
  auditEventMarks,
  auditHorizonMarks,
  auditRetentionMarks,
  auditSealMarks,
  auditStreamMarks,
} from './personal-data/audit'
import {
  passkeyChallengeMarks,
  passkeyMarks,
  recoveryCodeMarks,
  secondFactorDemandMarks,
  totpAuthenticatorMarks,
} from './personal-data/authenticators'
import { bulkErrorMarks, bulkOperationMarks } from './personal-data/bulk'
import { dataExportMarks, erasureMarks } from './personal-data/data-rights'
import {
  identityMarks,
  oauthFlowMarks,
  providedIdentityMarks,
  tokenRevocationMarks,
  usedNonceMarks,
} from './personal-data/federation'
import { idempotentAnswerMarks } from './personal-data/idempotency'
import type { TableMarks } from './personal-data/marks'
import { bouncedAddressMarks, mailboxMessageMarks, messageMarks } from './personal-data/notifications'
import { refusalMarks } from './personal-data/operations'
import {
  invitationMarks,
  organizationDomainMarks,
  organizationMarks,
  organizationMemberMarks,
  organizationRoleMarks,
  teamMarks,
  teamMemberMarks,
} from './personal-data/organizations'
import { blobMarks, preferenceMarks, termsAcceptanceMarks, userMarks } from './personal-data/profiles'
import {
  lockoutMarks,
  logInChallengeMarks,
  secretVersionMarks,
  sessionMarks,
  signingKeyMarks,
  trustedDeviceMarks,
} from './personal-data/sessions'

/**
 * Every table and what it is to people, as data: exports and erasures are made from it. The account comes last, since
 * what belongs to it goes before it. A test compares it with the database, so that no table is forgotten.
 */
export const markedTables: TableMarks[] = [
  preferenceMarks,
  termsAcceptanceMarks,
  blobMarks,
  roleMarks,
  roleAssignmentMarks,
  apiKeyMarks,
  serviceAccountMarks,
  teamMemberMarks,
  teamMarks,
  organizationMemberMarks,
  organizationRoleMarks,
  invitationMarks,
  organizationDomainMarks,
  organizationMarks,
  bulkErrorMarks,
  bulkOperationMarks,
  passwordMarks,
  emailTokenMarks,
  codeAttemptMarks,
  totpAuthenticatorMarks,
  recoveryCodeMarks,
  passkeyMarks,
  passkeyChallengeMarks,
  secondFactorDemandMarks,
  identityMarks,
  providedIdentityMarks,
  tokenRevocationMarks,
  oauthFlowMarks,
  usedNonceMarks,
  sessionMarks,
  logInChallengeMarks,
  trustedDeviceMarks,
  lockoutMarks,
  signingKeyMarks,
  secretVersionMarks,
  idempotentAnswerMarks,
  messageMarks,
  mailboxMessageMarks,
  bouncedAddressMarks,
  dataExportMarks,
  erasureMarks,
  refusalMarks,
  auditRetentionMarks,
  auditSealMarks,
  auditHorizonMarks,
  auditStreamMarks,
  auditEventMarks,
  userMarks,
]
