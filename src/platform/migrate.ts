import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { Database } from '#db/database'
import { installQueues } from './pg-boss'

const migrationsFolder = fileURLToPath(new URL('../../db/migrations', import.meta.url))

/**
 * Brings the queue's schema and ours up to date; two at once wait for each other on an advisory lock. The queue goes
 * first, so that a schema that readiness calls current has it.
 * @param show is told how many of the missing migrations are applied; they count once all are
 * @returns how many were applied
 */
export const migrate = async (
  db: Database,
  show: (done: number, total: number) => void = () => {},
): Promise<number> => {
  await installQueues(db)
  return applyMigrations(db, show)
}

/**
 * Brings our schema up to date, without the queue.
 * @param newest the time of the last migration to apply, in milliseconds; all, unless said
 * @returns how many were applied
 */
export const applyMigrations = (
  db: Database,
  show: (done: number, total: number) => void = () => {},
  newest = Number.POSITIVE_INFINITY,
): Promise<number> =>
  db.transaction(async (tx) => {
    await tx.run(`select pg_advisory_xact_lock(hashtext('postern migrate'))`, [], 'arrays')
    // Who waits for a lock on a table makes everybody wait; a migration can be run again.
    await tx.run(`set local lock_timeout = '10s'`, [], 'arrays')
    await tx.run('create schema if not exists drizzle', [], 'arrays')
    await tx.run(
      'create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
      [],
      'arrays',
    )
    const applied = await tx.run('select created_at::text from drizzle.__drizzle_migrations', [], 'arrays')
    const latest = Math.max(0, ...applied.flat().map(Number))
    const missing = readMigrationFiles({ migrationsFolder }).filter(
      ({ folderMillis }) => folderMillis > latest && folderMillis <= newest,
    )
    for (const [at, { sql, hash, folderMillis }] of missing.entries()) {
      for (const text of sql) await tx.run(text, [], 'arrays')
      const insert = 'insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2::text::bigint)'
      await tx.run(insert, [hash, String(folderMillis)], 'arrays')
      show(at + 1, missing.length)
    }
    return missing.length
  })
