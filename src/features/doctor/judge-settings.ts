import type { SettingsInForce } from './contract'
import { type Verdict, verdictOf } from './verdict'

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '')

const isLocal = (url: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostOf(url))

const isBelow = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`)

/** Judges settings that are legal, and not wise where people are. */
export function judgeSettings(settings: SettingsInForce): Verdict[] {
  const { environment, baseUrl, passkeyDomain, passkeyOrigins, mailBy, emailFrom, rateLimits } = settings
  const isReached = !isLocal(baseUrl)
  const origins = [...settings.corsOrigins, ...settings.redirectOrigins, ...passkeyOrigins]
  const local = [...new Set(origins.filter(isLocal))]
  const fitting = passkeyOrigins.some((origin) => isBelow(hostOf(origin), passkeyDomain))
  return [
    verdictOf('limits-off', isReached && rateLimits === 'off' && 'RATE_LIMITS=off'),
    verdictOf(
      'not-production',
      isReached && environment !== 'production' && `ENVIRONMENT=${environment} at ${baseUrl}`,
    ),
    verdictOf('origin-local', isReached && local.length > 0 && `trusted are ${local.join(', ')}`),
    verdictOf(
      'passkeys-elsewhere',
      !fitting && `passkeys of ${passkeyDomain} are for pages of ${passkeyOrigins.join(', ')} alone`,
    ),
    verdictOf(
      'sender-default',
      mailBy !== 'mailbox' && /@localhost>?$/.test(emailFrom) && `EMAIL_FROM is ${emailFrom}`,
    ),
  ]
}
