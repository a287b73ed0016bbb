import type { Context } from '#core/context'
import type { Measurements } from '#core/measurements'
import { queues } from '#core/queues'
import {
  countExpiringKeys,
  countLiveSessions,
  measureQueues,
  measureSigningKey,
  measureStreams,
  measureUnsealed,
} from './gauge-queries'

const usualSeconds = 15
/** For what takes longer the more accounts there are. */
const seldomSeconds = 60
/** How long before its end a key is one that expires: a week. */
const warningMs = 7 * 86_400_000

/**
 * Asks the database anew for what only it knows, if that is a while ago, and waits for it a second at the most. While it
 * does not answer, nothing is known of these.
 */
export async function refreshGauges({ db, clock }: Context, { refresh }: Measurements): Promise<void> {
  const now = clock.now()
  await Promise.all([
    refresh(['jobs_waiting', 'jobs_oldest_age_seconds', 'jobs_dead'], usualSeconds, async () => {
      const rows = new Map((await measureQueues(db, { now })).map((row) => [row.queue, row]))
      return (set) => {
        for (const queue of Object.keys(queues)) {
          const { waiting = 0, oldestSeconds = 0, dead = 0 } = rows.get(queue) ?? {}
          set('jobs_waiting', { queue }, waiting)
          set('jobs_oldest_age_seconds', { queue }, oldestSeconds)
          set('jobs_dead', { queue }, dead)
        }
      }
    }),
    refresh(['signing_key_age_seconds'], usualSeconds, async () => {
      const [row] = await measureSigningKey(db, { now })
      return (set) => row && set('signing_key_age_seconds', {}, row.ageSeconds)
    }),
    refresh(['audit_unsealed_age_seconds'], usualSeconds, async () => {
      const [row] = await measureUnsealed(db, { now })
      return (set) => row && set('audit_unsealed_age_seconds', {}, row.ageSeconds)
    }),
    refresh(['audit_stream_lag_seconds'], usualSeconds, async () => {
      const rows = await measureStreams(db, { now })
      return (set) => {
        for (const { destination, lagSeconds } of rows) set('audit_stream_lag_seconds', { destination }, lagSeconds)
      }
    }),
    refresh(['auth_active_sessions'], seldomSeconds, async () => {
      const [row] = await countLiveSessions(db, { now })
      return (set) => row && set('auth_active_sessions', {}, row.count)
    }),
    refresh(['api_keys_expiring'], seldomSeconds, async () => {
      const [row] = await countExpiringKeys(db, { now, until: new Date(now.getTime() + warningMs) })
      return (set) => row && set('api_keys_expiring', {}, row.count)
    }),
  ])
}
