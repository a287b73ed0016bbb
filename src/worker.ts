import { type Config, parseConfig } from '#core/config'
import type { PasswordHasher, Platform, RateLimiter } from '#core/platform'
import { createWasmHasher } from '#platform/argon2-wasm'
import { createBackground } from '#platform/background'
import { describeFaults } from '#platform/environment-faults'
import { createMailer } from '#platform/mailer'
import { createMemoryLimiter, unlimited } from '#platform/memory-limiter'
import { createPostgres } from '#platform/postgres'
import { createIds, createJsonLog, systemClock, systemRandom } from '#platform/system'
import { app } from './app'

interface Bindings {
  HYPERDRIVE: { connectionString: string }
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
}

/** Hyperdrive pools for us; more than this would only queue there. */
const maxConnections = 5

let isolate: Isolate | undefined

const openIsolate = (bindings: Bindings): Isolate => {
  const parsed = parseConfig({ ...bindings, DATABASE_URL: bindings.HYPERDRIVE.connectionString })
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  const { config } = parsed
  return {
    config,
    limiter: config.RATE_LIMITS === 'on' ? createMemoryLimiter(systemClock) : unlimited,
    passwords: createWasmHasher(),
  }
}

/** A socket belongs to the request that opened it, so each invocation has a client of its own, which opens lazily. */
const openPlatform = ({ config, limiter, passwords }: Isolate) => {
  const log = createJsonLog(systemClock, config.LOG_LEVEL)
  const background = createBackground(log)
  const ids = createIds(systemClock, systemRandom)
  const { db, close } = createPostgres({
    url: config.DATABASE_URL ?? '',
    prepare: config.DATABASE_PREPARE === 'on',
    serverDeadline: false,
    timeoutSeconds: config.DATABASE_TIMEOUT_SECONDS,
    maxConnections,
  })
  const platform: Platform = {
    config,
    db,
    limiter,
    passwords,
    mailer: createMailer(config, db, systemClock, ids),
    clock: systemClock,
    ids,
    random: systemRandom,
    log,
    background: background.run,
    remoteAddress: (request) => request.headers.get('cf-connecting-ip') ?? undefined,
  }
  return { platform, close: () => background.settled().then(close) }
}

export default {
  async fetch(request: Request, bindings: Bindings, execution: Execution): Promise<Response> {
    isolate ??= openIsolate(bindings)
    const { platform, close } = openPlatform(isolate)
    try {
      return await app.fetch(request, platform)
    } finally {
      execution.waitUntil(close())
    }
  },
}
