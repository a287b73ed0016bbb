import type { Blobs } from '#core/blobs'
import type { Config } from '#core/config'
import type { ErrorReport } from '#core/error-report'
import type { Outside } from '#core/outside'
import type { CorePlatform, Counters, RateLimiter } from '#core/platform'
import type { ProviderCaller } from '#core/provider-settings'
import type { Refusal } from '#core/refusals'
import { noTelemetry } from '#core/telemetry'
import { answerImage } from '#platform/image-endpoint'
import { answerImportedHash } from '#platform/imported-hash-endpoint'
import { answerLimits } from '#platform/limits-endpoint'
import { createLog } from '#platform/log'
import { createMailer } from '#platform/mailer'
import { createMetricsSender } from '#platform/metrics-sender'
import { sendSpans } from '#platform/otlp'
import { createOutageMeter } from '#platform/outage-meter'
import { answerOutside } from '#platform/outside-endpoint'
import { createWorkerOutside } from '#platform/outside-worker'
import { answerPasskey } from '#platform/passkey-endpoint'
import { createPasskeyVerifier } from '#platform/passkey-verifier'
import { openQueue } from '#platform/pg-boss'
import { createProviderCaller } from '#platform/provider-caller'
import { createRedisLimiter } from '#platform/redis-limiter'
import { createSentry } from '#platform/sentry'
import { createIds, systemClock, systemRandom } from '#platform/system'
import { answerTelemetry } from '#platform/telemetry-endpoint'
import type { FinishedSpan } from '#platform/tracer'
import { openUpstash } from '#platform/upstash'
import {
  type CoreBindings,
  openWorkerBlobs,
  openWorkerCore,
  openWorkerTelemetry,
  readBindings,
} from '#platform/worker-core'
import type { Measurement } from '#platform/worker-meter'
import { sampleMail } from './features/notifications/templates/sample-mail'
import { recordRefusals } from './features/operations/record-refusals'
import { createJobWorker } from './job-worker'
import { profileSchema } from './profile-schema'

interface Bindings extends CoreBindings {
  [name: string]: unknown
}

/** After this long no new job is begun: what waits is for the next event, and those under way may still end. */
const longestMs = 20_000

/** Of so many events at once in an isolate, each takes what is due; one more would only take connections. */
const mostEvents = 3

let config: Config | undefined
let limiter: (RateLimiter & Counters) | undefined
let providers: ProviderCaller | undefined
let blobs: Blobs | undefined
let reporter: ReturnType<typeof createSentry> | undefined
let events = 0
let sendMeasurements: ReturnType<typeof createMetricsSender> | undefined
const outages = createOutageMeter(systemClock)

/** Lives as long as the isolate, so that it remembers which provider is away. */
const openProviders = (config: Config): ProviderCaller => {
  providers ??= createProviderCaller(config, systemClock)
  return providers
}

/** Lives as long as the isolate, which is an instance to whoever collects. */
const openSender = (parts: Pick<CorePlatform, 'config' | 'log'>) => {
  sendMeasurements ??= createMetricsSender({ ...parts, clock: systemClock, ids: createIds(systemClock, systemRandom) })
  return sendMeasurements
}

/** Lives as long as the isolate, so that it remembers when Redis is away. */
const openLimiter = (bindings: Bindings): RateLimiter & Counters => {
  config ??= readBindings(bindings)
  const { UPSTASH_REDIS_REST_URL: url = '', UPSTASH_REDIS_REST_TOKEN: token = '' } = config
  const timeoutMs = config.REDIS_TIMEOUT_MILLISECONDS
  return createRedisLimiter(openUpstash({ url, token, timeoutMs }), {
    clock: systemClock,
    timeoutMs,
  })
}

/** Lives as long as the isolate, so that it remembers how much it reported. */
const openReporter = (config: Config) => {
  reporter ??= createSentry(config, {
    clock: systemClock,
    random: systemRandom,
    log: createLog(systemClock, config.LOG_LEVEL),
  })
  return reporter
}

/** What Redis counts of people; without one there is nothing that outlives an isolate. */
const openCounters = (bindings: Bindings, { UPSTASH_REDIS_REST_URL }: Config): Counters => {
  if (UPSTASH_REDIS_REST_URL === undefined) return { forget: async () => 0 }
  limiter ??= openLimiter(bindings)
  return limiter
}

const openOutside = (bindings: Bindings): Outside => {
  config ??= readBindings(bindings)
  return createWorkerOutside(config.OUTSIDE_ALLOWED_HOSTS, config.DNS_OVER_HTTPS_URL)
}

/** Works jobs until none is due, or for as long as an event may take. */
const workJobs = async (bindings: Bindings, { maintain }: { maintain: boolean }): Promise<void> => {
  config ??= readBindings(bindings)
  blobs ??= openWorkerBlobs(config, bindings)
  const spans: FinishedSpan[] = []
  const measurements: Measurement[] = []
  const telemetry = openWorkerTelemetry(config, bindings, {
    takeSpans: (finished) => spans.push(...finished),
    take: (measurement) => measurements.push(measurement),
  })
  const { core, close } = openWorkerCore(config, { blobs, telemetry })
  const jobs = openQueue(core.db)
  const sendReport = openReporter(config)
  const worker = createJobWorker({
    ...core,
    profileSchema,
    reportError: (report) => core.background(sendReport(report)),
    jobs,
    mailer: createMailer(config, core.db, core.clock),
    providers: openProviders(config),
    outages,
    counters: openCounters(bindings, config),
  })
  const deadline = setTimeout(worker.stop, longestMs)
  events += 1
  try {
    if (maintain) await worker.maintain()
    else worker.wake()
    await worker.settled()
  } finally {
    events -= 1
    clearTimeout(deadline)
    await jobs.close()
    await close()
    await Promise.all([sendSpans(core, spans), openSender(core)(measurements)])
  }
}

const writeRefusals = async (config: Config, bindings: Bindings, refusals: Refusal[]): Promise<void> => {
  blobs ??= openWorkerBlobs(config, bindings)
  const { core, close } = openWorkerCore(config, { blobs, telemetry: noTelemetry })
  try {
    await recordRefusals(core, refusals)
  } catch {
    core.log({ level: 'warn', message: 'refusals lost', count: refusals.length })
  } finally {
    await close()
  }
}

/** What other Workers measured goes where this one's goes. */
const passTelemetryOn = (request: Request, bindings: Bindings): Promise<Response> => {
  config ??= readBindings(bindings)
  const parts = { config, log: createLog(systemClock, config.LOG_LEVEL) }
  const sendReport = openReporter(config)
  const sinks = {
    spans: (spans: FinishedSpan[]) => sendSpans(parts, spans),
    metrics: openSender(parts),
    errors: async (reports: ErrorReport[]) => void (await Promise.all(reports.map(sendReport))),
    refusals: (refusals: Refusal[]) => writeRefusals(parts.config, bindings, refusals),
  }
  return answerTelemetry(sinks, request)
}

const preview = ({ searchParams }: URL): Response =>
  Response.json(sampleMail(searchParams.get('template') ?? '', searchParams.get('locale') ?? ''))

/** What the API's Worker asks of this one, by the host it names. Nothing else reaches it: it has no address. */
const respond = async (request: Request, bindings: Bindings): Promise<Response> => {
  const url = new URL(request.url)
  if (url.hostname === 'limits') {
    limiter ??= openLimiter(bindings)
    return answerLimits(limiter, request)
  }
  if (url.hostname === 'preview') return preview(url)
  if (url.hostname === 'passkey') return answerPasskey(createPasskeyVerifier(), request)
  if (url.hostname === 'image') return answerImage(request)
  if (url.hostname === 'outside') return answerOutside(openOutside(bindings), request)
  if (url.hostname === 'telemetry') return passTelemetryOn(request, bindings)
  if (url.hostname === 'imported-hash') return answerImportedHash(request)
  if (events < mostEvents) await workJobs(bindings, { maintain: false })
  return new Response(null, { status: 204 })
}

export default {
  fetch: respond,
  scheduled: (_: unknown, bindings: Bindings): Promise<void> => workJobs(bindings, { maintain: true }),
}
