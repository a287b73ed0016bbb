import { join } from 'node:path'
import type { Config } from '#core/config'
import type { Clock, Counters, JobPlatform, Platform, RateLimiter } from '#core/platform'
import type { Refusal } from '#core/refusals'
import type { Database } from '#db/database'
import { createNativeHasher } from './argon2-native'
import { createBackground } from './background'
import { openBunDatabase } from './bun-database'
import { openBunLog } from './bun-log'
import { createBunMailer } from './bun-mailer'
import { openBunRedis } from './bun-redis'
import { createCaptcha } from './captcha'
import { createDiskBlobs } from './disk-blobs'
import { createSystemDns } from './dns-bun'
import { createHttpsDns } from './dns-over-https'
import { readEdgePlace } from './edge-place'
import { openGeoDatabase } from './geo-database'
import { createImageSpawner } from './image-spawner'
import { createMemoryLimiter, unlimited } from './memory-limiter'
import { nativeHashing as hashing } from './native-hashing'
import { openBlobs } from './open-blobs'
import { createOtlp } from './otlp'
import { createOutageMeter } from './outage-meter'
import { createBunOutside } from './outside-bun'
import { createPackagedPasswordList } from './packaged-password-list'
import { createPasskeyVerifier } from './passkey-verifier'
import { openQueue } from './pg-boss'
import { measureProcess } from './process-measurements'
import { createProviderCaller } from './provider-caller'
import { createPwnedPasswords } from './pwned-passwords'
import { createRedisLimiter } from './redis-limiter'
import { createRefusalLog } from './refusal-log'
import { createSentry } from './sentry'
import { createSpanQueue } from './span-queue'
import { withSteadyRefusals } from './steady-refusals'
import { createSyslog } from './syslog-bun'
import { createIds, elapsed, systemClock, systemRandom, wait } from './system'
import { createTracer } from './tracer'
import { openUpstash } from './upstash'

/** What differs between the server and the operator's commands. */
interface OwnParts extends Pick<Platform, 'previews' | 'pokeJobs' | 'remoteAddress' | 'profileSchema' | 'isStopping'> {
  /** Whether Cloudflare's edge vouches for the headers of a request. */
  isFromEdge(request: Request): boolean
  /** How many requests are being answered; absent where none are. */
  inFlight?: () => number
  /** Where lines of the log go; unless said, to stdout. */
  print?: ((line: string) => void) | undefined
  /** Keeps why requests were refused. Commands refuse none. */
  writeRefusals?(db: Database, refusals: Refusal[]): Promise<unknown>
}

export interface OpenPlatform {
  platform: Platform & JobPlatform
  /** Waits for what goes on behind answers, then closes everything. */
  close(): Promise<void>
}

/** Counts where the settings say: in Redis over HTTP or TCP, or in this process. */
const openLimiter = (config: Config, clock: Clock): { limiter: RateLimiter & Counters; close: () => void } => {
  const timeoutMs = config.REDIS_TIMEOUT_MILLISECONDS
  const { RATE_LIMITS, REDIS_URL, UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token = '' } = config
  const nothing = () => {}
  if (RATE_LIMITS === 'off') return { limiter: unlimited, close: nothing }
  if (url)
    return {
      limiter: createRedisLimiter(openUpstash({ url, token, timeoutMs }), { clock, timeoutMs, hashing }),
      close: nothing,
    }
  if (!REDIS_URL) return { limiter: createMemoryLimiter(clock), close: nothing }
  const { redis, close } = openBunRedis({ url: REDIS_URL, timeoutMs })
  return { limiter: createRedisLimiter(redis, { clock, timeoutMs, hashing }), close }
}

/** Traces, if there is a collector to send them to. */
const openTracer = (config: Config, log: Platform['log']) => {
  const post = createOtlp(config)
  if (!post) return { tracer: null, close: async () => {} }
  const { take, close } = createSpanQueue({ config, post, log })
  return { tracer: createTracer({ config, clock: systemClock, random: systemRandom, elapsed, take }), close }
}

/** Opens all that a process of Bun needs of the world. Throws when the database can't be opened at all. */
export const openBunPlatform = async (
  config: Config,
  { isFromEdge, inFlight, print, writeRefusals, ...parts }: OwnParts,
): Promise<OpenPlatform> => {
  const { log, close: closeLog } = openBunLog(config, print)
  const findPlace = config.GEO_DATABASE_PATH === undefined ? undefined : await openGeoDatabase(config.GEO_DATABASE_PATH)
  const database = await openBunDatabase(config)
  const background = createBackground(log)
  const sendReport = createSentry(config, { clock: systemClock, random: systemRandom, log })
  const { mailer, close: closeMailer } = await createBunMailer(config, database.db, systemClock)
  const jobs = openQueue(database.db)
  const { limiter, close: closeLimiter } = openLimiter(config, systemClock)
  const hasher = await createNativeHasher()
  const outages = createOutageMeter(systemClock)
  const { load: pool } = database
  const measured = measureProcess(config, { clock: systemClock, outages, pool, hashes: hasher.load, inFlight })
  const { tracer, close: closeTracer } = openTracer(config, log)
  const refusals = createRefusalLog({
    clock: systemClock,
    log,
    write: async (noted) => writeRefusals?.(database.db, noted),
  })
  const platform: Platform & JobPlatform = {
    config,
    db: database.db,
    blobs: openBlobs(config, systemClock, () =>
      createDiskBlobs(join(config.DATA_DIRECTORY, 'blobs'), config, systemClock),
    ),
    dns: config.DNS_OVER_HTTPS_URL ? createHttpsDns(config.DNS_OVER_HTTPS_URL) : createSystemDns(),
    mailer,
    jobs,
    passwords: withSteadyRefusals(hasher, config.REFUSAL_MILLISECONDS),
    commonPasswords: createPackagedPasswordList(),
    passkeys: createPasskeyVerifier(),
    images: createImageSpawner(),
    outside: createBunOutside(config.OUTSIDE_ALLOWED_HOSTS),
    providers: createProviderCaller(config, systemClock),
    breaches: createPwnedPasswords({ baseUrl: config.BREACH_CHECK_URL }),
    limiter,
    counters: limiter,
    ...(config.AUDIT_SYSLOG_URL && { syslog: createSyslog(config.AUDIT_SYSLOG_URL) }),
    localLimiter: createMemoryLimiter(systemClock),
    floodFilter: () => true,
    captcha: createCaptcha(config, systemClock),
    outages,
    refusals,
    wait,
    clock: systemClock,
    ids: createIds(systemClock, systemRandom),
    random: systemRandom,
    hashing,
    telemetry: { meter: measured.meter, measurements: measured.measurements, tracer, elapsed },
    log,
    background: background.run,
    reportError: (report) => background.run(sendReport(report)),
    placeOf: (request, address) =>
      (address && findPlace?.(address)) || (isFromEdge(request) ? readEdgePlace(request) : null),
    ...parts,
  }
  return {
    platform,
    close: async () => {
      await background.settled()
      await refusals.close()
      measured.close()
      await jobs.close()
      await closeTracer()
      closeMailer()
      closeLimiter()
      await database.close()
      await closeLog()
    },
  }
}
