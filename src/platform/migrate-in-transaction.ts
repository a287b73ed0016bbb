import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#db/database'
import { recordApplied } from './applied-migrations'
import { gaveUpLock } from './database-problems'
import { describeHolders, watchHolders } from './lock-holders'
import type { Migration } from './migration-files'

/**
 * Whoever waits for a lock on a table makes everybody wait who comes after, so all statements of a migration together may
 * wait for half a second, in milliseconds; then it lets go of all it has, and tries again later.
 */
const lockBudgetMs = 500
/** What is left for a statement when the others have taken long, in milliseconds. */
const leastLockMs = 20
const firstPauseMs = 500
const longestPauseMs = 8000

export interface Patience {
  /** How long a migration may try to get its locks, in seconds. */
  patienceSeconds: number
  tell: (line: string) => void
}

/** Says which statement of a migration failed; Postgres's own message may quote a value. */
export const inStatement = async <T>({ name }: Migration, at: number, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (gaveUpLock(error)) throw error
    throw new Error(`Statement ${at + 1} of ${name}.sql failed.`, { cause: error })
  }
}

const runOnce = (db: Database, migration: Migration, all: Migration[], notePid: (pid: string) => void): Promise<void> =>
  db.transaction(async (tx) => {
    const [row] = await tx.run('select pg_backend_pid()::text', [], 'arrays')
    notePid(String(Array.isArray(row) ? row[0] : ''))
    const endsAt = Date.now() + lockBudgetMs
    for (const [at, { text }] of migration.statements.entries()) {
      const milliseconds = Math.max(leastLockMs, endsAt - Date.now())
      await tx.run(`set local lock_timeout = ${milliseconds}`, [], 'arrays')
      await inStatement(migration, at, () => tx.run(text, [], 'arrays'))
    }
    await recordApplied(tx, migration, all)
  })

/**
 * Applies a migration in one transaction, and tries again, later each time, while others hold what it has to lock.
 * @throws with who holds it, once the patience is at its end
 */
export const migrateInTransaction = async (
  db: Database,
  migration: Migration,
  all: Migration[],
  { patienceSeconds, tell }: Patience,
): Promise<void> => {
  const giveUpAt = Date.now() + patienceSeconds * 1000
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await using holders = watchHolders(db)
    try {
      return await runOnce(db, migration, all, holders.watch)
    } catch (error) {
      if (!gaveUpLock(error)) throw error
      const whoHolds = describeHolders(await holders.last())
      if (Date.now() + pauseMs > giveUpAt) {
        throw new Error(
          `${migration.name} was not applied: for ${patienceSeconds} s others held what it has to lock. ${whoHolds} Nothing of it stays; run it again.`,
        )
      }
      tell(`${migration.name} waits for a lock. ${whoHolds} Trying again in ${pauseMs / 1000} s.`)
    }
    await sleep(pauseMs)
  }
}
