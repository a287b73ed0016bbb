import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '#db/database'
import { listMissing, prepareRecord } from './applied-migrations'
import { migrateInTransaction } from './migrate-in-transaction'
import { migrateInside, migrateOutside } from './migrate-outside'
import { type Migration, readMigrations } from './migration-files'
import { refuseOlderBuilds } from './older-builds'
import { installQueues } from './pg-boss'

export interface MigrateOptions {
  migrations?: Migration[]
  /** Is told how many of the missing migrations are applied. */
  show?: (done: number, total: number) => void
  /** Is told what takes time, and why. */
  tell?: (line: string) => void
  /** How long a migration may try to get its locks, in seconds. */
  patienceSeconds?: number
  /** Whether it takes away what servers that run still need. */
  isForced?: boolean
}

const lookEveryMs = 500

/**
 * Waits until nobody else migrates. The lock belongs to a transaction, which poolers keep on one connection; it is not waited
 * for inside Postgres, where an index that is built concurrently would wait for whoever waits.
 */
const takeTurn = async (db: Database, tell: (line: string) => void): Promise<void> => {
  await db.run(`set local idle_in_transaction_session_timeout = 0`, [], 'arrays')
  for (let round = 0; ; round += 1) {
    const [row] = await db.run(`select pg_try_advisory_xact_lock(hashtext('postern migrate'))::text`, [], 'arrays')
    if (Array.isArray(row) && row[0] === 'true') return
    if (round === 0) tell('Somebody else migrates; waiting.')
    await sleep(lookEveryMs)
  }
}

/**
 * Brings the queue's schema and ours up to date while people are served: each migration in a transaction of its own that
 * waits for no lock for long, or outside one where it says so. Two at once wait for each other. The queue goes first, so that
 * a schema that readiness calls current has it. What was applied stays when a later one fails.
 * @returns how many were applied
 */
export const migrate = async (db: Database, options: MigrateOptions = {}): Promise<number> => {
  const { migrations = readMigrations(), show = () => {}, tell = () => {} } = options
  const patience = { patienceSeconds: options.patienceSeconds ?? 120, tell }
  await installQueues(db)
  return db.transaction(async (turn) => {
    await takeTurn(turn, tell)
    await prepareRecord(db)
    const missing = await listMissing(db, migrations)
    for (const [at, migration] of missing.entries()) {
      // Whoever lost their turn with their connection goes no further.
      await turn.run('select 1', [], 'arrays')
      if (!options.isForced) await refuseOlderBuilds(db, migration)
      const apply = migration.isOutsideTransaction ? migrateOutside : migrateInTransaction
      await apply(db, migration, migrations, patience)
      show(at + 1, missing.length)
    }
    return missing.length
  })
}

/**
 * Brings our schema up to date without the queue, on a database that nobody else uses: all in one transaction, and nothing of
 * it stays when it fails.
 * @param newest the time of the last migration to apply, in milliseconds; all, unless said
 * @returns how many were applied
 */
export const applyMigrations = (
  db: Database,
  show: (done: number, total: number) => void = () => {},
  newest = Number.POSITIVE_INFINITY,
  migrations = readMigrations(),
): Promise<number> =>
  db.transaction(async (tx) => {
    await prepareRecord(tx)
    const missing = (await listMissing(tx, migrations)).filter(({ version }) => version <= newest)
    for (const [at, migration] of missing.entries()) {
      await migrateInside(tx, migration, migrations)
      show(at + 1, missing.length)
    }
    return missing.length
  })

/**
 * The same with the queue, for the embedded database, which has one connection.
 * @returns how many were applied
 */
export const migrateEmbedded = async (db: Database, migrations = readMigrations()): Promise<number> => {
  await installQueues(db)
  return applyMigrations(db, undefined, undefined, migrations)
}
