import type { Blobs } from '#core/blobs'
import type { Config } from '#core/config'
import type { ImageRenderer } from '#core/images'
import { toCanonicalAddress } from '#core/network'
import type { Outside } from '#core/outside'
import type { PasskeyVerifier } from '#core/passkeys'
import { toPlace } from '#core/place'
import type {
  BreachList,
  Captcha,
  OutageMeter,
  PasswordHasher,
  PasswordList,
  Platform,
  RateLimiter,
} from '#core/platform'
import type { ProviderCaller } from '#core/provider-settings'
import type { Router } from '#http/router'
import { createWasmHasher } from '#platform/argon2-wasm'
import { createAssetPasswordList } from '#platform/asset-password-list'
import { createBoundLimiter } from '#platform/bound-limiter'
import { createCaptcha } from '#platform/captcha'
import type { Breaker } from '#platform/circuit-breaker'
import { createBoundImages } from '#platform/image-binding'
import { createBoundVerifier } from '#platform/imported-hash-binding'
import { createMemoryLimiter, unlimited } from '#platform/memory-limiter'
import { createOutageMeter } from '#platform/outage-meter'
import { createBoundOutside } from '#platform/outside-binding'
import { createBoundPasskeyVerifier } from '#platform/passkey-binding'
import { createPostgresBreaker } from '#platform/postgres-breaker'
import { createProviderCaller } from '#platform/provider-caller'
import { createPwnedPasswords } from '#platform/pwned-passwords'
import { createRefusalBudget } from '#platform/refusal-budget'
import { withSteadyRefusals } from '#platform/steady-refusals'
import { systemClock, wait } from '#platform/system'
import { collectTelemetry } from '#platform/telemetry-binding'
import {
  type CoreBindings,
  openWorkerBlobs,
  openWorkerCore,
  openWorkerTelemetry,
  readBindings,
} from '#platform/worker-core'
import { profileSchema } from './profile-schema'

/** Another Worker of ours, by its binding. */
export interface BoundWorker {
  fetch(request: string | Request, init?: RequestInit): Promise<Response>
}

/** What is bound to a Worker that answers people. */
export interface EdgeBindings extends CoreBindings {
  /** Only where people choose passwords: the assets have the list of common ones. */
  ASSETS?: BoundWorker
  /** The Worker that works jobs and counts in Redis (src/worker-jobs.ts). */
  JOBS: BoundWorker
  /** Cloudflare's own limiter, if there is one: it stops floods before anything else is asked. */
  FLOODS?: { limit(options: { key: string }): Promise<{ success: boolean }> }
  [name: string]: unknown
}

/** A request with what Cloudflare knows of it. */
type CloudflareRequest = Request & { cf?: { city?: string; region?: string; country?: string } }

export interface Execution {
  waitUntil(work: Promise<unknown>): void
}

/** What lives as long as the isolate. */
interface Isolate {
  config: Config
  blobs: Blobs
  limiter: RateLimiter
  localLimiter: RateLimiter
  captcha: Captcha
  breaches: BreachList
  passkeys: PasskeyVerifier
  images: ImageRenderer
  outside: Outside
  providers: ProviderCaller
  outages: OutageMeter
  mayKeepRefusal: () => boolean
  postgres: Breaker
  passwords: PasswordHasher
  commonPasswords: PasswordList
}

/** Counts in Redis, where there is one, through the Worker that has a client for it. */
const openLimiter = (config: Config, bindings: EdgeBindings): RateLimiter => {
  if (config.RATE_LIMITS === 'off') return unlimited
  const timeoutMs = config.REDIS_TIMEOUT_MILLISECONDS
  return config.UPSTASH_REDIS_REST_URL
    ? createBoundLimiter(bindings.JOBS, { clock: systemClock, timeoutMs })
    : createMemoryLimiter(systemClock)
}

const openIsolate = (bindings: EdgeBindings, outages: OutageMeter): Isolate => {
  const config = readBindings(bindings)
  return {
    config,
    blobs: openWorkerBlobs(config, bindings),
    limiter: openLimiter(config, bindings),
    localLimiter: createMemoryLimiter(systemClock),
    captcha: createCaptcha(config, systemClock),
    providers: createProviderCaller(config, systemClock),
    passkeys: createBoundPasskeyVerifier(bindings.JOBS),
    images: createBoundImages(bindings.JOBS),
    outside: createBoundOutside(bindings.JOBS),
    breaches: createPwnedPasswords({ baseUrl: config.BREACH_CHECK_URL }),
    outages,
    mayKeepRefusal: createRefusalBudget(systemClock),
    postgres: createPostgresBreaker(),
    passwords: withSteadyRefusals(
      createWasmHasher({ verifyImported: createBoundVerifier(bindings.JOBS) }),
      config.REFUSAL_MILLISECONDS,
    ),
    commonPasswords: createAssetPasswordList(async (path) => {
      if (!bindings.ASSETS) throw new Error('ASSETS: bind the assets, which have the list of common passwords')
      return bindings.ASSETS.fetch(`https://assets${path}`)
    }),
  }
}

const openPlatform = (
  { config, blobs, postgres, mayKeepRefusal, ...lasting }: Isolate,
  bindings: EdgeBindings,
  execution: Execution,
) => {
  const { JOBS, FLOODS } = bindings
  const collector = collectTelemetry(JOBS)
  const telemetry = openWorkerTelemetry(config, bindings, {
    takeSpans: (spans) => collector.add('spans', spans),
    take: (measurement) => collector.add('metrics', [measurement]),
  })
  const { core, close } = openWorkerCore(config, { blobs, telemetry, breaker: postgres })
  let isPoked = false
  const platform: Platform = {
    ...core,
    profileSchema,
    reportError: (report) => {
      if (config.SENTRY_DSN !== undefined) collector.add('errors', [report])
    },
    ...lasting,
    refusals: { note: (refusal) => void (mayKeepRefusal() && collector.add('refusals', [refusal])) },
    previews: {
      render: async (template, locale) => {
        const response = await JOBS.fetch(`https://preview/?${new URLSearchParams({ template, locale })}`)
        return response.json()
      },
    },
    pokeJobs: () => {
      if (isPoked) return
      isPoked = true
      // Cron finds the job if this gets lost.
      const poked = JOBS.fetch('https://poke/').catch(() => core.log({ level: 'warn', message: 'nobody works jobs' }))
      execution.waitUntil(poked)
    },
    // Only a first filter: without its word the others decide.
    floodFilter: async (network) => (await FLOODS?.limit({ key: network }).catch(() => undefined))?.success ?? true,
    wait,
    remoteAddress: (request) => toCanonicalAddress(request.headers.get('cf-connecting-ip') ?? ''),
    placeOf: (request: CloudflareRequest) => toPlace(request.cf ?? {}),
  }
  return { platform, close: () => close().finally(collector.send) }
}

/** A Worker as its runtime calls it. */
export interface EdgeWorker<Bindings extends EdgeBindings> {
  fetch(request: Request, bindings: Bindings, execution: Execution): Promise<Response>
}

/**
 * A Worker that answers people by a router. It opens a platform for each request, over what lives as long as the isolate.
 * @param findRouter the router that answers a request
 * @param outages where it counts what it did without
 */
export const createEdgeWorker = (
  findRouter: (request: Request) => Router | Promise<Router>,
  outages: OutageMeter = createOutageMeter(systemClock),
): EdgeWorker<EdgeBindings> => {
  let isolate: Isolate | undefined
  return {
    fetch: async (request, bindings, execution) => {
      const router = await findRouter(request)
      isolate ??= openIsolate(bindings, outages)
      const { platform, close } = openPlatform(isolate, bindings, execution)
      try {
        return await router.fetch(request, platform)
      } finally {
        execution.waitUntil(close())
      }
    },
  }
}
