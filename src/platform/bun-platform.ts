import type { Config } from '#core/config'
import type { Clock, JobPlatform, Platform, RateLimiter } from '#core/platform'
import { createNativeHasher } from './argon2-native'
import { createBackground } from './background'
import { openBunDatabase } from './bun-database'
import { createBunMailer } from './bun-mailer'
import { openBunRedis } from './bun-redis'
import { createCaptcha } from './captcha'
import { createMemoryLimiter, unlimited } from './memory-limiter'
import { createOutageMeter } from './outage-meter'
import { createPackagedPasswordList } from './packaged-password-list'
import { createPasskeyVerifier } from './passkey-verifier'
import { openQueue } from './pg-boss'
import { createProviderCaller } from './provider-caller'
import { createPwnedPasswords } from './pwned-passwords'
import { createRedisLimiter } from './redis-limiter'
import { withSteadyRefusals } from './steady-refusals'
import { createIds, createJsonLog, systemClock, systemRandom, wait } from './system'
import { openUpstash } from './upstash'

/** What differs between the server and the operator's commands. */
type OwnParts = Pick<Platform, 'previews' | 'pokeJobs' | 'remoteAddress'>

export interface OpenPlatform {
  platform: Platform & JobPlatform
  /** Waits for what goes on behind answers, then closes everything. */
  close(): Promise<void>
}

/** Counts where the settings say: in Redis over HTTP or TCP, or in this process. */
const openLimiter = (config: Config, clock: Clock): { limiter: RateLimiter; close: () => void } => {
  const timeoutMs = config.REDIS_TIMEOUT_MILLISECONDS
  const { RATE_LIMITS, REDIS_URL, UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token = '' } = config
  const nothing = () => {}
  if (RATE_LIMITS === 'off') return { limiter: unlimited, close: nothing }
  if (url)
    return { limiter: createRedisLimiter(openUpstash({ url, token, timeoutMs }), { clock, timeoutMs }), close: nothing }
  if (!REDIS_URL) return { limiter: createMemoryLimiter(clock), close: nothing }
  const { redis, close } = openBunRedis({ url: REDIS_URL, timeoutMs })
  return { limiter: createRedisLimiter(redis, { clock, timeoutMs }), close }
}

/** Opens all that a process of Bun needs of the world. Throws when the database can't be opened at all. */
export const openBunPlatform = async (config: Config, parts: OwnParts): Promise<OpenPlatform> => {
  const log = createJsonLog(systemClock, config.LOG_LEVEL)
  const database = await openBunDatabase(config)
  const background = createBackground(log)
  const { mailer, close: closeMailer } = await createBunMailer(config, database.db, systemClock)
  const jobs = openQueue(database.db)
  const { limiter, close: closeLimiter } = openLimiter(config, systemClock)
  const platform: Platform & JobPlatform = {
    config,
    db: database.db,
    mailer,
    jobs,
    passwords: withSteadyRefusals(await createNativeHasher(), config.REFUSAL_MILLISECONDS),
    commonPasswords: createPackagedPasswordList(),
    passkeys: createPasskeyVerifier(),
    providers: createProviderCaller(config, systemClock),
    breaches: createPwnedPasswords({ baseUrl: config.BREACH_CHECK_URL }),
    limiter,
    localLimiter: createMemoryLimiter(systemClock),
    floodFilter: async () => true,
    captcha: createCaptcha(config, systemClock),
    outages: createOutageMeter(systemClock),
    wait,
    clock: systemClock,
    ids: createIds(systemClock, systemRandom),
    random: systemRandom,
    log,
    background: background.run,
    ...parts,
  }
  return {
    platform,
    close: async () => {
      await background.settled()
      await jobs.close()
      closeMailer()
      closeLimiter()
      await database.close()
    },
  }
}
