import type { JobContext } from '#core/context'
import type { MailCause } from '../notifications/templates/mail-values'
import { nameDevice } from '../profiles/name-device'

/** From where and when a mail was caused, so that its reader can tell whether it was them. */
export const mailCause = ({ request, job }: JobContext): MailCause => ({
  browser: nameDevice(request.userAgent) ?? '',
  ipAddress: request.ipAddress ?? '',
  requestedAt: job.causedAt.toISOString(),
})
