import type { Config } from '#core/config'
import type { PasswordHasher, PasswordList, Platform, RateLimiter } from '#core/platform'
import { createWasmHasher } from '#platform/argon2-wasm'
import { createAssetPasswordList } from '#platform/asset-password-list'
import { createBoundVerifier } from '#platform/imported-hash-binding'
import { createMemoryLimiter, unlimited } from '#platform/memory-limiter'
import { createPwnedPasswords } from '#platform/pwned-passwords'
import { withSteadyRefusals } from '#platform/steady-refusals'
import { systemClock } from '#platform/system'
import { openWorkerCore, readBindings } from '#platform/worker-core'
import { app } from './app'

interface BoundWorker {
  fetch(url: string, init?: RequestInit): Promise<Response>
}

interface Bindings {
  HYPERDRIVE: { connectionString: string }
  ASSETS: BoundWorker
  /** The Worker that works jobs (src/worker-jobs.ts). */
  JOBS: BoundWorker
  [name: string]: unknown
}

interface Execution {
  waitUntil(work: Promise<unknown>): void
}

/** What lives as long as the isolate. */
interface Isolate {
  config: Config
  limiter: RateLimiter
  passwords: PasswordHasher
  commonPasswords: PasswordList
}

let isolate: Isolate | undefined

const openIsolate = (bindings: Bindings): Isolate => {
  const config = readBindings(bindings)
  return {
    config,
    limiter: config.RATE_LIMITS === 'on' ? createMemoryLimiter(systemClock) : unlimited,
    passwords: withSteadyRefusals(
      createWasmHasher({ verifyImported: createBoundVerifier(bindings.JOBS) }),
      config.REFUSAL_MILLISECONDS,
    ),
    commonPasswords: createAssetPasswordList((path) => bindings.ASSETS.fetch(`https://assets${path}`)),
  }
}

const openPlatform = ({ config, ...lasting }: Isolate, { JOBS }: Bindings, execution: Execution) => {
  const { core, close } = openWorkerCore(config)
  let isPoked = false
  const platform: Platform = {
    ...core,
    ...lasting,
    breaches: createPwnedPasswords({ baseUrl: config.BREACH_CHECK_URL }),
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
    remoteAddress: (request) => request.headers.get('cf-connecting-ip') ?? undefined,
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
