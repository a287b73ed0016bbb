/** Where and when a mail was caused: `browser` and `ipAddress` are '' if unknown, `requestedAt` is RFC 3339. */
export type MailCause = { browser: string; ipAddress: string; requestedAt: string }

/**
 * What goes into each mail, all of it text. `name` is '' if unknown; `hours` and `minutes` say how long a link works,
 * `until` says until when, in RFC 3339.
 * `detail` is what a notice speaks of, '' if unknown: the name that somebody gave an authenticator, a provider's name, how
 * many recovery codes are left, or why somebody of the staff acted as its reader.
 * These are types and not interfaces, since only types fit a `Record<string, string>`.
 */
export type MailValues = {
  'verify-email': MailCause & { name: string; link: string; token: string; hours: string }
  'already-registered': MailCause & { name: string }
  'reset-password': MailCause & { name: string; link: string; token: string; minutes: string }
  'log-in': MailCause & { name: string; link: string; token: string; code: string; minutes: string }
  'confirm-email': MailCause & { name: string; link: string; token: string; hours: string; newEmail: string }
  'email-change-requested': MailCause & { name: string; newEmail: string }
  'email-changed': MailCause & { name: string; newEmail: string }
  'password-changed': MailCause & { name: string }
  'new-device': MailCause & { name: string }
  'account-locked': MailCause & { name: string; link: string; token: string; minutes: string }
  'totp-added': MailCause & { name: string; detail: string }
  'totp-removed': MailCause & { name: string; detail: string }
  'passkey-added': MailCause & { name: string; detail: string }
  'passkey-removed': MailCause & { name: string; detail: string }
  'identity-linked': MailCause & { name: string; detail: string }
  'identity-unlinked': MailCause & { name: string; detail: string }
  'recovery-code-used': MailCause & { name: string; detail: string }
  'recovery-codes-replaced': MailCause & { name: string }
  'second-factor-locked': MailCause & { name: string }
  'factors-reset': MailCause & { name: string }
  impersonated: MailCause & { name: string; detail: string }
  'data-export-ready': MailCause & { name: string; link: string; token: string; until: string }
  'account-closed': MailCause & { name: string; link: string; token: string; until: string }
  'account-erased': MailCause & { name: string; link: string }
  /** `detail` is the organization’s name. From where it was sent is not the reader’s to know. */
  invitation: { requestedAt: string; name: string; detail: string; link: string; token: string; until: string }
}

export type MailTemplate = keyof MailValues

export const mailTemplates = [
  'verify-email',
  'already-registered',
  'reset-password',
  'log-in',
  'confirm-email',
  'email-change-requested',
  'email-changed',
  'password-changed',
  'new-device',
  'account-locked',
  'totp-added',
  'totp-removed',
  'passkey-added',
  'passkey-removed',
  'identity-linked',
  'identity-unlinked',
  'recovery-code-used',
  'recovery-codes-replaced',
  'second-factor-locked',
  'factors-reset',
  'impersonated',
  'data-export-ready',
  'account-closed',
  'account-erased',
  'invitation',
] as const satisfies MailTemplate[]

export const isMailTemplate = (name: string): name is MailTemplate => mailTemplates.some((known) => known === name)

export const mailLocales = ['en', 'de', 'es', 'fr', 'ja'] as const

export type MailLocale = (typeof mailLocales)[number]

/** The language to write to somebody in: that of their BCP 47 tag, whatever its region, or else English. */
export const chooseMailLocale = (tag: string | null): MailLocale => {
  const language = tag?.split('-', 1)[0]?.toLowerCase()
  return mailLocales.find((locale) => locale === language) ?? 'en'
}
