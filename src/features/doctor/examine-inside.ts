import type { Config } from '#core/config'
import type { Context } from '#core/context'
import { measureBacklog } from '../operations/measure-backlog'
import type { Inside, SettingsInForce } from './contract'
import { examineCache } from './examine-cache'
import { examineDatabase } from './examine-database'
import { examineFiles } from './examine-files'
import { examineKeys } from './examine-keys'
import { examineLimits } from './examine-limits'
import { examineMail } from './examine-mail'

const redisOf = (config: Config): SettingsInForce['redis'] => {
  if (config.UPSTASH_REDIS_REST_URL) return 'http'
  return config.REDIS_URL ? 'tcp' : 'absent'
}

const mailOf = (config: Config): SettingsInForce['mailBy'] => {
  if (config.RESEND_API_KEY) return 'resend'
  return config.SMTP_URL ? 'smtp' : 'mailbox'
}

/** What of the settings is nobody's secret. */
const settingsInForce = (config: Config): SettingsInForce => ({
  environment: config.ENVIRONMENT,
  baseUrl: config.BASE_URL,
  corsOrigins: config.CORS_ORIGINS,
  redirectOrigins: config.REDIRECT_ORIGINS,
  passkeyDomain: config.WEBAUTHN_RP_ID,
  passkeyOrigins: config.WEBAUTHN_ORIGINS,
  emailFrom: config.EMAIL_FROM,
  mailBy: mailOf(config),
  trustedProxy: config.TRUSTED_PROXY.kind,
  rateLimits: config.RATE_LIMITS,
  redis: redisOf(config),
  redisTimeoutMilliseconds: config.REDIS_TIMEOUT_MILLISECONDS,
  redisOutage: config.REDIS_OUTAGE,
  databasePrepare: config.DATABASE_PREPARE,
  isDatabaseEmbedded: config.DATABASE_URL === undefined,
})

/** What can't be found out is not known; why it can't, other facts say. */
const orNull = <Facts>(facts: Promise<Facts>): Promise<Facts | null> => facts.catch(() => null)

/**
 * Everything that is only seen from within. The dependencies are asked at once, the database one after the other: while it
 * is away each would wait.
 * @param dkimSelector see `examineMail`
 */
export async function examineInside(ctx: Context, dkimSelector?: string): Promise<Inside> {
  const askDatabase = async () => {
    const database = await orNull(examineDatabase(ctx))
    if (database === null) return { database, cache: null, backlog: null, keys: null }
    const cache = await orNull(examineCache(ctx))
    return { database, cache, backlog: await orNull(measureBacklog(ctx)), keys: await orNull(examineKeys(ctx)) }
  }
  const [found, limits, mail, files] = await Promise.all([
    askDatabase(),
    examineLimits(ctx),
    examineMail(ctx, dkimSelector),
    examineFiles(ctx),
  ])
  return { settings: settingsInForce(ctx.config), ...found, limits, mail, files }
}
