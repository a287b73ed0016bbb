import type { CoreContext } from '#core/context'
import { measureQueues, measureUnsealed } from './gauge-queries'

/** What waits for whoever works jobs and seals the record. */
export interface Backlog {
  /** How many jobs failed for good, by the queue they came from. */
  deadLetters: Record<string, number>
  /** How long the oldest job that is due has waited: 0 where none waits. */
  oldestSeconds: number
  /** How long the oldest record without a seal has waited for it. */
  unsealedSeconds: number
}

/** Measures what waits, as `/metrics` does. */
export async function measureBacklog({ db, clock }: Pick<CoreContext, 'db' | 'clock'>): Promise<Backlog> {
  const now = clock.now()
  const [queues, [unsealed]] = await Promise.all([measureQueues(db, { now }), measureUnsealed(db, { now })])
  const dead = queues.filter((row) => row.dead > 0).map((row): [string, number] => [row.queue, row.dead])
  return {
    deadLetters: Object.fromEntries(dead),
    oldestSeconds: Math.max(0, ...queues.map(({ oldestSeconds }) => oldestSeconds)),
    unsealedSeconds: unsealed?.ageSeconds ?? 0,
  }
}
