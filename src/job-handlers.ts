import { deleteExpiredTokens } from './features/accounts/delete-expired-tokens'
import { sendEmailChangeMail } from './features/accounts/send-email-change-mail'
import { sendLockoutMail } from './features/accounts/send-lockout-mail'
import { sendLogInMail } from './features/accounts/send-log-in-mail'
import { sendRegistrationMail } from './features/accounts/send-registration-mail'
import { sendResetMail } from './features/accounts/send-reset-mail'
import { sendSecurityNotice } from './features/accounts/send-security-notice'
import { sendVerificationMail } from './features/accounts/send-verification-mail'
import { deleteUnfinishedEnrolments } from './features/authenticators/delete-unfinished-enrolments'
import { renewTotpSeals } from './features/authenticators/renew-totp-seals'
import { deleteLostLogIns } from './features/federation/delete-lost-log-ins'
import { refreshProviderTokens } from './features/federation/refresh-provider-tokens'
import { revokeProviderTokens } from './features/federation/revoke-provider-tokens'
import { deleteExpiredAnswers } from './features/idempotency/delete-expired-answers'
import type { JobHandlers } from './features/jobs/take-next-job'
import { deleteOldMessages } from './features/notifications/delete-old-messages'
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
  'delete-expired-sessions': deleteExpiredSessions,
  'delete-expired-tokens': deleteExpiredTokens,
  'delete-old-messages': deleteOldMessages,
  'delete-expired-answers': deleteExpiredAnswers,
  'delete-old-failures': deleteOldFailures,
  'delete-unfinished-enrolments': deleteUnfinishedEnrolments,
  'delete-lost-log-ins': deleteLostLogIns,
  'refresh-provider-tokens': refreshProviderTokens,
  'revoke-provider-tokens': revokeProviderTokens,
  'renew-totp-seals': renewTotpSeals,
}
