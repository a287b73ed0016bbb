import type { Config } from '#core/config'
import { toCanonicalAddress } from '#core/network'
import type { PasskeyVerifier } from '#core/passkeys'
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
import { createWasmHasher } from '#platform/argon2-wasm'
import { createAssetPasswordList } from '#platform/asset-password-list'
import { createBoundLimiter } from '#platform/bound-limiter'
import { createCaptcha } from '#platform/captcha'
import type { Breaker } from '#platform/circuit-breaker'
import { createBoundVerifier } from '#platform/imported-hash-binding'
import { createMemoryLimiter, unlimited } from '#platform/memory-limiter'
import { createOutageMeter } from '#platform/outage-meter'
import { createBoundPasskeyVerifier } from '#platform/passkey-binding'
import { createPostgresBreaker } from '#platform/postgres'
import { createProviderCaller } from '#platform/provider-caller'
import { createPwnedPasswords } from '#platform/pwned-passwords'
import { withSteadyRefusals } from '#platform/steady-refusals'
import { systemClock, wait } from '#platform/system'
import { openWorkerCore, readBindings } from '#platform/worker-core'
import { app } from './app'

interface BoundWorker {
  fetch(url: string, init?: RequestInit): Promise<Response>
}

interface Bindings {
  HYPERDRIVE: { connectionString: string }
  ASSETS: BoundWorker
  /** The Worker that works jobs and counts in Redis (src/worker-jobs.ts). */
  JOBS: BoundWorker
  /** Cloudflare's own limiter, if there is one: it stops floods before anything else is asked. */
  FLOODS?: { limit(options: { key: string }): Promise<{ success: boolean }> }
  [name: string]: unknown
}

interface Execution {
  waitUntil(work: Promise<unknown>): void
}

/** What lives as long as the isolate. */
interface Isolate {
  config: Config
  limiter: RateLimiter
  localLimiter: RateLimiter
  captcha: Captcha
  breaches: BreachList
  passkeys: PasskeyVerifier
  providers: ProviderCaller
  outages: OutageMeter
  postgres: Breaker
  passwords: PasswordHasher
  commonPasswords: PasswordList
}

let isolate: Isolate | undefined

/** Counts in Redis, where there is one, through the Worker that has a client for it. */
const openLimiter = (config: Config, bindings: Bindings): RateLimiter => {
  if (config.RATE_LIMITS === 'off') return unlimited
  const timeoutMs = config.REDIS_TIMEOUT_MILLISECONDS
  return config.UPSTASH_REDIS_REST_URL
    ? createBoundLimiter(bindings.JOBS, { clock: systemClock, timeoutMs })
    : createMemoryLimiter(systemClock)
}

const openIsolate = (bindings: Bindings): Isolate => {
  const config = readBindings(bindings)
  return {
    config,
    limiter: openLimiter(config, bindings),
    localLimiter: createMemoryLimiter(systemClock),
    captcha: createCaptcha(config, systemClock),
    providers: createProviderCaller(config, systemClock),
    passkeys: createBoundPasskeyVerifier(bindings.JOBS),
    breaches: createPwnedPasswords({ baseUrl: config.BREACH_CHECK_URL }),
    outages: createOutageMeter(systemClock),
    postgres: createPostgresBreaker(),
    passwords: withSteadyRefusals(
      createWasmHasher({ verifyImported: createBoundVerifier(bindings.JOBS) }),
      config.REFUSAL_MILLISECONDS,
    ),
    commonPasswords: createAssetPasswordList((path) => bindings.ASSETS.fetch(`https://assets${path}`)),
  }
}

const openPlatform = ({ config, postgres, ...lasting }: Isolate, { JOBS, FLOODS }: Bindings, execution: Execution) => {
  const { core, close } = openWorkerCore(config, postgres)
  let isPoked = false
  const platform: Platform = {
    ...core,
    ...lasting,
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
  }
  return { platform, close }
}

export default {
  async fetch(request: Request, bindings: Bindings, execution: Execution): Promise<Response> {
    isolate ??= openIsolate(bindings)
    const { platform, close } = openPlatform(isolate, bindings, execution)
    try {
      return await app.fetch(request, platform)
    } finally {
      execution.waitUntil(close())
    }
  },
}
