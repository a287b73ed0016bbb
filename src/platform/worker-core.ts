import type { Blobs } from '#core/blobs'
import { type Config, parseConfig } from '#core/config'
import type { CorePlatform } from '#core/platform'
import type { Telemetry, Tracer } from '#core/telemetry'
import { createBackground } from './background'
import type { Breaker } from './circuit-breaker'
import { createHttpsDns } from './dns-over-https'
import { describeFaults } from './environment-faults'
import { createLatePostgres } from './late-postgres'
import { createLog } from './log'
import { openBlobs } from './open-blobs'
import { type Bucket, createR2Blobs } from './r2-blobs'
import { createIds, elapsed, systemClock, systemRandom } from './system'
import { createTracer, type FinishedSpan } from './tracer'
import { type AnalyticsDataset, createWorkerMeter, type Measurement } from './worker-meter'

/** Hyperdrive pools for us; more than this would only queue there. */
const maxConnections = 5

/** What becomes of what an event measures. */
interface Takers {
  takeSpans(spans: FinishedSpan[]): void
  take(measurement: Measurement): void
}

/** Measures an event: for whoever is bound, and for the collector, if there is one. */
export const openWorkerTelemetry = (
  config: Config,
  { ANALYTICS }: CoreBindings,
  { takeSpans, take }: Takers,
): Omit<Telemetry, 'elapsed'> => {
  const isCollected = config.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined
  const tracer: Tracer | null = isCollected
    ? createTracer({ config, clock: systemClock, random: systemRandom, elapsed, take: takeSpans })
    : null
  return { ...createWorkerMeter(config, ANALYTICS, isCollected ? take : undefined), tracer }
}

/**
 * What each event of a Worker needs of the world. A socket belongs to the event that opened it, so each has a client of
 * its own, which opens lazily.
 */
export const openWorkerCore = (
  config: Config,
  { blobs, telemetry, breaker }: { blobs: Blobs; telemetry: Omit<Telemetry, 'elapsed'>; breaker?: Breaker },
): { core: Omit<CorePlatform, 'profileSchema' | 'reportError'>; close: () => Promise<void> } => {
  const log = createLog(systemClock, config.LOG_LEVEL)
  const background = createBackground(log)
  const { db, close } = createLatePostgres(
    {
      url: config.DATABASE_URL ?? '',
      prepare: config.DATABASE_PREPARE === 'on',
      serverDeadline: false,
      timeoutSeconds: config.DATABASE_TIMEOUT_SECONDS,
      maxConnections,
    },
    breaker,
  )
  return {
    core: {
      config,
      db,
      blobs,
      dns: createHttpsDns(config.DNS_OVER_HTTPS_URL),
      clock: systemClock,
      ids: createIds(systemClock, systemRandom),
      random: systemRandom,
      telemetry: { ...telemetry, elapsed },
      log,
      background: background.run,
    },
    close: () => background.settled().then(close),
  }
}

export interface CoreBindings {
  HYPERDRIVE: { connectionString: string }
  /** Where avatars, uploads and exports are, unless S3_ENDPOINT says so. */
  BLOBS?: Bucket
  /** Where requests and what is counted are kept, if anywhere. */
  ANALYTICS?: AnalyticsDataset
}

/** Lives as long as the isolate, so that it remembers when the store is away. */
export const openWorkerBlobs = (config: Config, { BLOBS: bucket }: CoreBindings): Blobs =>
  openBlobs(config, systemClock, () => {
    if (bucket) return createR2Blobs(bucket, config, systemClock)
    throw new Error(describeFaults(['BLOBS: bind a bucket of R2, or set S3_ENDPOINT']))
  })

/** Reads the bindings of a Worker as an environment; Hyperdrive names the database. Throws with every fault. */
export const readBindings = (bindings: CoreBindings): Config => {
  const parsed = parseConfig({ ...bindings, DATABASE_URL: bindings.HYPERDRIVE.connectionString })
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  if (parsed.config.REDIS_URL) {
    throw new Error(describeFaults(['REDIS_URL: Workers have no Redis over TCP; set UPSTASH_REDIS_REST_URL']))
  }
  if (parsed.config.GEO_DATABASE_PATH) {
    throw new Error(describeFaults(['GEO_DATABASE_PATH: Workers have no files; Cloudflare tells them places']))
  }
  if (parsed.config.LOG_FILE)
    throw new Error(describeFaults(['LOG_FILE: Workers have no files; Cloudflare keeps logs']))
  if (parsed.config.LOG_FORMAT === 'pretty') {
    throw new Error(describeFaults(['LOG_FORMAT: logs of Workers are read by programs; leave it out']))
  }
  if (parsed.config.AUDIT_SYSLOG_URL) {
    throw new Error(describeFaults(['AUDIT_SYSLOG_URL: Workers have no syslog; set AUDIT_WEBHOOK_URL']))
  }
  if (parsed.config.SMTP_URL) throw new Error(describeFaults(['SMTP_URL: Workers have no SMTP; set RESEND_API_KEY']))
  return parsed.config
}
