import { deleteExpiredTokens } from './features/accounts/delete-expired-tokens'
import { sendEmailChangeMail } from './features/accounts/send-email-change-mail'
import { sendLockoutMail } from './features/accounts/send-lockout-mail'
import { sendLogInMail } from './features/accounts/send-log-in-mail'
import { sendRegistrationMail } from './features/accounts/send-registration-mail'
import { sendResetMail } from './features/accounts/send-reset-mail'
import { sendSecurityNotice } from './features/accounts/send-security-notice'
import { sendVerificationMail } from './features/accounts/send-verification-mail'
import { liftBan } from './features/admin/lift-ban'
import { maintainAuditRecord } from './features/audit-trail/maintain-audit-record'
import { openRecordExport } from './features/audit-trail/open-record-export'
import { sealAuditRecord } from './features/audit-trail/seal-audit-record'
import { streamAuditRecord } from './features/audit-trail/stream-audit-record'
import { deleteUnfinishedEnrolments } from './features/authenticators/delete-unfinished-enrolments'
import { deleteOldOperations } from './features/bulk/delete-old-operations'
import { runBulkOperation } from './features/bulk/run-bulk-operation'
import { beginDueErasures } from './features/data-rights/begin-due-erasures'
import { eraseAccount } from './features/data-rights/erase-account'
import { expireExports } from './features/data-rights/expire-exports'
import { exportData } from './features/data-rights/export-data'
import { sendClosedMail } from './features/data-rights/send-closed-mail'
import { sendExportMail } from './features/data-rights/send-export-mail'
import { deleteLostLogIns } from './features/federation/delete-lost-log-ins'
import { refreshProviderTokens } from './features/federation/refresh-provider-tokens'
import { revokeProviderTokens } from './features/federation/revoke-provider-tokens'
import { deleteExpiredAnswers } from './features/idempotency/delete-expired-answers'
import { completed } from './features/jobs/contract'
import type { JobHandlers } from './features/jobs/take-next-job'
import { deleteOldMessages } from './features/notifications/delete-old-messages'
import { deleteOldRefusals } from './features/operations/delete-old-refusals'
import { renewSeals } from './features/operations/renew-seals'
import { deleteOldInvitations } from './features/organizations/delete-old-invitations'
import { joinByDomain } from './features/organizations/join-by-domain'
import { joinPeopleOfDomain } from './features/organizations/join-people-of-domain'
import { recheckDomains } from './features/organizations/recheck-domains'
import { sendInvitationMail } from './features/organizations/send-invitation-mail'
import { deleteDroppedBlobs } from './features/profiles/delete-dropped-blobs'
import { destroyOldPersonalParts } from './features/profiles/destroy-old-personal-parts'
import { migrateAttributes } from './features/profiles/migrate-attributes'
import { deleteExpiredSessions } from './features/sessions/delete-expired-sessions'
import { deleteOldFailures } from './features/sessions/delete-old-failures'

/** Which verb answers which job. */
export const jobHandlers: JobHandlers = {
  'send-log-in-mail': sendLogInMail,
  'send-reset-mail': sendResetMail,
  'send-registration-mail': sendRegistrationMail,
  'send-verification-mail': sendVerificationMail,
  'send-email-change-mail': sendEmailChangeMail,
  'send-lockout-mail': sendLockoutMail,
  'send-security-notice': sendSecurityNotice,
  'send-closed-mail': sendClosedMail,
  'send-export-mail': sendExportMail,
  'send-invitation-mail': sendInvitationMail,
  'export-data': exportData,
  'erase-account': eraseAccount,
  'lift-ban': liftBan,
  'run-bulk-operation': (ctx, payload) => runBulkOperation(ctx, payload, undefined, openRecordExport),
  'delete-old-operations': deleteOldOperations,
  'delete-old-refusals': deleteOldRefusals,
  'begin-due-erasures': beginDueErasures,
  'expire-exports': expireExports,
  'delete-expired-sessions': deleteExpiredSessions,
  'delete-expired-tokens': deleteExpiredTokens,
  'delete-old-messages': deleteOldMessages,
  'delete-expired-answers': deleteExpiredAnswers,
  'delete-old-failures': deleteOldFailures,
  'delete-unfinished-enrolments': deleteUnfinishedEnrolments,
  'delete-lost-log-ins': deleteLostLogIns,
  'delete-old-invitations': deleteOldInvitations,
  'refresh-provider-tokens': refreshProviderTokens,
  'revoke-provider-tokens': revokeProviderTokens,
  'renew-seals': async (ctx) => {
    // While there is one version of SECRET, nothing can be under another that could be opened.
    if (ctx.config.SECRET.length > 1) await renewSeals(ctx)
    return completed
  },
  'destroy-old-personal-parts': destroyOldPersonalParts,
  'migrate-attributes': migrateAttributes,
  'delete-dropped-blobs': deleteDroppedBlobs,
  'join-by-domain': joinByDomain,
  'join-people-of-domain': joinPeopleOfDomain,
  'recheck-domains': recheckDomains,
  'stream-audit-record': streamAuditRecord,
  'seal-audit-record': sealAuditRecord,
  'maintain-audit-record': maintainAuditRecord,
}
