import { accessPolicies } from './access-policies'
import { adminPolicies } from './admin-policies'
import { bulkPolicies } from './bulk-policies'
import type { Config } from './config'
import { filePolicies } from './file-policies'
import { keyPolicies } from './key-policies'
import { organizationPolicies } from './organization-policies'
import type { Dependency, OutageMode } from './platform'
import type { RateLimitName } from './rate-limits'
import { all, type RoutePolicy, type Setting } from './route-policy'
import { strongerPolicies } from './stronger-policies'

/** Whether a limit is one of a route's own, which its verb takes, and not one that every request has. */
export const isOwnLimit = (name: RateLimitName): boolean => !all.some((usual) => usual === name)

/** What the routes share with which anybody can have a mail sent to an address. */
const sendsMail: RoutePolicy = {
  limits: [...all, 'sendMail'],
  postgres: 'closed',
  redis: 'REDIS_OUTAGE',
  mail: 'queued',
  captcha: 'CAPTCHA_OUTAGE',
}

/**
 * Every route. `closed` refuses with 503, `open` does without, `local` does it in the process, `queued` does it later.
 * A route touches no dependency that its line leaves out.
 */
export const routePolicies: Record<string, RoutePolicy> = {
  'POST /v1/auth/register': {
    limits: [...all, 'register', 'mailAfterRegistration'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    mail: 'queued',
    captcha: 'CAPTCHA_OUTAGE',
    breaches: 'BREACH_CHECK',
  },
  'POST /v1/auth/login': {
    limits: [...all, 'logIn'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    mail: 'queued',
    captcha: 'CAPTCHA_OUTAGE',
  },
  'POST /v1/auth/email-link': sendsMail,
  'POST /v1/auth/email/verify/resend': sendsMail,
  'POST /v1/auth/password/forgot': sendsMail,
  'POST /v1/auth/email-link/consume': {
    limits: [...all, 'consumeToken', 'checkCode'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    mail: 'queued',
  },
  'POST /v1/auth/email/verify': {
    limits: [...all, 'consumeToken'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
  },
  'POST /v1/auth/unlock': {
    limits: [...all, 'consumeToken'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
  },
  'POST /v1/auth/password/reset': {
    limits: [...all, 'consumeToken'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    mail: 'queued',
    breaches: 'BREACH_CHECK',
  },
  'POST /v1/auth/password/change': {
    limits: [...all, 'changePassword'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    mail: 'queued',
    breaches: 'BREACH_CHECK',
  },
  'POST /v1/me/email/change': {
    limits: [...all, 'changeEmail', 'sendMail'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    mail: 'queued',
  },
  'POST /v1/me/email/change/confirm': {
    limits: [...all, 'consumeToken'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    mail: 'queued',
  },
  'POST /v1/me/export': {
    limits: [...all, 'exportData'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    mail: 'queued',
  },
  'POST /v1/auth/export/collect': {
    limits: [...all, 'consumeToken'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
    blobs: 'closed',
  },
  'POST /v1/auth/erasure/cancel': {
    limits: [...all, 'consumeToken'],
    postgres: 'closed',
    redis: 'REDIS_OUTAGE',
  },
  ...strongerPolicies,

  'POST /v1/auth/refresh': { limits: all, postgres: 'closed', redis: 'local', impersonated: true },
  'POST /v1/auth/logout': { limits: all, postgres: 'closed', redis: 'local', impersonated: true },
  'GET /v1/sessions': { limits: all, postgres: 'closed', redis: 'local' },
  'DELETE /v1/sessions': { limits: all, postgres: 'closed', redis: 'local' },
  'DELETE /v1/sessions/:id': { limits: all, postgres: 'closed', redis: 'local' },
  'GET /v1/me/activity': { limits: all, postgres: 'closed', redis: 'local' },
  'GET /v1/me': { limits: all, postgres: 'closed', redis: 'local' },
  'PATCH /v1/me': { limits: all, postgres: 'closed', redis: 'local', impersonated: true },
  'GET /v1/users/:id': { limits: all, postgres: 'closed', redis: 'local' },
  'GET /v1/me/preferences': { limits: all, postgres: 'closed', redis: 'local' },
  'PATCH /v1/me/preferences': { limits: all, postgres: 'closed', redis: 'local', impersonated: true },
  'GET /v1/me/terms': { limits: all, postgres: 'closed', redis: 'local' },
  'POST /v1/me/terms': { limits: all, postgres: 'closed', redis: 'local' },
  'DELETE /v1/me': { limits: all, postgres: 'closed', redis: 'local', mail: 'queued' },
  'GET /v1/me/export': { limits: all, postgres: 'closed', redis: 'local' },
  'GET /v1/erasures/:token': { limits: all, postgres: 'closed', redis: 'local' },

  ...accessPolicies,
  ...organizationPolicies,
  ...keyPolicies,
  ...adminPolicies,
  ...bulkPolicies,
  ...filePolicies,

  'POST /v1/webhooks/resend': { limits: [], postgres: 'closed' },
  'GET /v1/terms': { limits: [] },
  'GET /.well-known/jwks.json': { limits: [], postgres: 'local' },
  'GET /.well-known/webauthn': { limits: [] },
  'GET /health/live': { limits: [] },
  'GET /health/ready': { limits: [], postgres: 'closed', redis: 'open' },
  'GET /internal/policy': { limits: [], isOperators: true },
  'POST /internal/checkup': {
    limits: [],
    postgres: 'open',
    redis: 'open',
    blobs: 'open',
    dns: 'open',
    isOperators: true,
  },
  'GET /metrics': { limits: [], postgres: 'open', isOperators: true },
  'GET /dev/mailbox': { limits: [], postgres: 'closed' },
  'GET /dev/mailbox/templates': { limits: [] },
  'GET /': { limits: [] },
}

const settingModes = (config: Config): Record<Setting, OutageMode> => ({
  REDIS_OUTAGE: config.REDIS_OUTAGE,
  CAPTCHA_OUTAGE: config.CAPTCHA_OUTAGE,
  BREACH_CHECK: config.BREACH_CHECK === 'closed' ? 'closed' : 'open',
})

/** What a route does without a dependency, with the settings as they are. A route that is not in the table refuses. */
export const modeOf = (config: Config, policy: RoutePolicy | undefined, dependency: Dependency): OutageMode => {
  const cell = policy?.[dependency] ?? 'closed'
  return cell === 'REDIS_OUTAGE' || cell === 'CAPTCHA_OUTAGE' || cell === 'BREACH_CHECK'
    ? settingModes(config)[cell]
    : cell
}
