import { type Config, parseConfig } from '#core/config'
import type { CorePlatform } from '#core/platform'
import { createBackground } from './background'
import type { Breaker } from './circuit-breaker'
import { describeFaults } from './environment-faults'
import { createPostgres } from './postgres'
import { createIds, createJsonLog, systemClock, systemRandom } from './system'

/** Hyperdrive pools for us; more than this would only queue there. */
const maxConnections = 5

/**
 * What each event of a Worker needs of the world. A socket belongs to the event that opened it, so each has a client of
 * its own, which opens lazily.
 */
export const openWorkerCore = (
  config: Config,
  breaker?: Breaker,
): { core: CorePlatform; close: () => Promise<void> } => {
  const log = createJsonLog(systemClock, config.LOG_LEVEL)
  const background = createBackground(log)
  const { db, close } = createPostgres(
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
      clock: systemClock,
      ids: createIds(systemClock, systemRandom),
      random: systemRandom,
      log,
      background: background.run,
    },
    close: () => background.settled().then(close),
  }
}

/** Reads the bindings of a Worker as an environment; Hyperdrive names the database. Throws with every fault. */
export const readBindings = (bindings: { HYPERDRIVE: { connectionString: string } }): Config => {
  const parsed = parseConfig({ ...bindings, DATABASE_URL: bindings.HYPERDRIVE.connectionString })
  if (!parsed.ok) throw new Error(describeFaults(parsed.faults))
  if (parsed.config.REDIS_URL) {
    throw new Error(describeFaults(['REDIS_URL: Workers have no Redis over TCP; set UPSTASH_REDIS_REST_URL']))
  }
  if (parsed.config.SMTP_URL) throw new Error(describeFaults(['SMTP_URL: Workers have no SMTP; set RESEND_API_KEY']))
  return parsed.config
}
