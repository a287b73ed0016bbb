import type { Config } from '#core/config'
import { type Context, newAdmission } from '#core/context'
import { openBunPlatform } from '#platform/bun-platform'
import { findTransactionPooler } from '#platform/pooler-probe'
import { readEvictionPolicy } from '#platform/redis-probe'
import type { Inside } from '../../features/doctor/contract'
import { examineInside } from '../../features/doctor/examine-inside'
import { judgeInside } from '../../features/doctor/judge-inside'
import { found, insideNames, skipAll, skipped, type Verdict, verdictOf } from '../../features/doctor/verdict'
import { profileSchema } from '../../profile-schema'

/** What the settings of here show. */
export interface Here {
  config: Config
  /** Absent where the platform could not be opened. */
  inside?: Inside
  verdicts: Verdict[]
}

/** Runs `work` on the platform that the settings describe, silently: what goes wrong is found, and not logged. */
const withContext = async <Result>(config: Config, work: (ctx: Context) => Promise<Result>): Promise<Result> => {
  const { platform, close } = await openBunPlatform(config, {
    print: () => {},
    profileSchema,
    previews: { render: () => Promise.reject(new Error('The operator’s commands show no mail.')) },
    pokeJobs: () => {},
    remoteAddress: () => undefined,
    isFromEdge: () => false,
  })
  const facts = { id: platform.ids.next(), ipAddress: null, userAgent: null, place: null, traceparent: null }
  try {
    return await work({
      ...platform,
      actor: { kind: 'system', job: 'postern doctor' },
      request: { ...facts, network: null, deviceToken: null },
      admission: newAdmission(),
    })
  } finally {
    await close()
  }
}

const judgeEviction = async (config: Config): Promise<Verdict> => {
  if (config.REDIS_URL === undefined && config.UPSTASH_REDIS_REST_URL === undefined) {
    return skipped('redis-evicts', 'there is no Redis')
  }
  const policy = await readEvictionPolicy(config)
  if (policy === null) return skipped('redis-evicts', 'Redis does not say')
  return verdictOf('redis-evicts', policy !== 'noeviction' && `maxmemory-policy is ${policy}`)
}

/** Whether a pooler would lose our prepared statements. A database that is away is found by others. */
const isPoolerInTheWay = async ({ DATABASE_URL: url, DATABASE_PREPARE, DATABASE_TIMEOUT_SECONDS }: Config) =>
  url !== undefined &&
  DATABASE_PREPARE === 'on' &&
  (await findTransactionPooler(url, DATABASE_TIMEOUT_SECONDS).catch(() => false))

const judgePooler = ({ DATABASE_URL }: Config, isInTheWay: boolean, isAway: boolean): Verdict => {
  const check = 'pooler-prepares'
  if (DATABASE_URL === undefined) return skipped(check, 'the database is embedded')
  if (isAway) return skipped(check, 'the database is away')
  return verdictOf(check, isInTheWay && 'DATABASE_PREPARE=on, and a pooler shares connections between transactions')
}

/** TLS ends before a process of Bun, so whoever reaches it by https comes through a proxy. */
const judgeProxy = ({ ENVIRONMENT, BASE_URL, TRUSTED_PROXY }: Config): Verdict =>
  verdictOf(
    'address-of-proxy',
    ENVIRONMENT === 'production' &&
      BASE_URL.startsWith('https:') &&
      TRUSTED_PROXY.kind === 'none' &&
      'TRUSTED_PROXY is none, and https ends before the server',
  )

/** What can't be opened at all: an embedded database that a server has open, a file that is not there. */
const unopened = (error: unknown): Verdict[] => {
  const reason = error instanceof Error ? error.message : String(error)
  const rest = insideNames.filter((name) => name !== 'settings-refused' && name !== 'database-away')
  return [found('database-away', reason), ...skipAll(rest, 'the platform could not be opened')]
}

/** Looks at everything with the settings of here, as a server with them would see it. */
export const examineHere = async (config: Config, dkimSelector: string | undefined): Promise<Here> => {
  const isPooled = await isPoolerInTheWay(config)
  // Statements that a pooler loses would hang: the rest is looked at as if that were mended.
  const mended: Config = isPooled ? { ...config, DATABASE_PREPARE: 'off' } : config
  let inside: Inside
  try {
    inside = await withContext(mended, (ctx) => examineInside(ctx, dkimSelector))
  } catch (error) {
    return { config, verdicts: unopened(error) }
  }
  const pooler = judgePooler(config, isPooled, inside.database === null)
  return {
    config,
    inside,
    verdicts: [...judgeInside(inside), await judgeEviction(config), pooler, judgeProxy(config)],
  }
}
