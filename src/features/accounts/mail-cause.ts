import Bowser from 'bowser'
import type { JobContext } from '#core/context'
import type { MailCause } from '../notifications/templates/mail-values'

/** A browser as its owner would name it: `Firefox, Linux`; '' for what is no browser we know. */
const nameBrowser = (userAgent: string | null): string => {
  if (!userAgent) return ''
  const { browser, os } = Bowser.parse(userAgent)
  return [browser.name, os.name].filter(Boolean).join(', ')
}

/** From where and when a mail was caused, so that its reader can tell whether it was them. */
export const mailCause = ({ request, job }: JobContext): MailCause => ({
  browser: nameBrowser(request.userAgent),
  ipAddress: request.ipAddress ?? '',
  requestedAt: job.causedAt.toISOString(),
})
