import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type { Database } from '#db/database'

const migrationsFolder = fileURLToPath(new URL('../../db/migrations', import.meta.url))

/**
 * Brings the schema up to date, in one transaction; two at once wait for each other on an advisory lock.
 * @returns how many migrations were applied
 */
export const migrate = (db: Database): Promise<number> =>
  db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('postern migrate'))`)
    await tx.execute(sql`create schema if not exists drizzle`)
    await tx.execute(sql`create table if not exists drizzle.__drizzle_migrations (
      id serial primary key, hash text not null, created_at bigint
    )`)
    const [latest] = await tx.execute<{ created_at: string | null }>(
      sql`select max(created_at)::text as created_at from drizzle.__drizzle_migrations`,
    )
    const missing = readMigrationFiles({ migrationsFolder }).filter(
      ({ folderMillis }) => folderMillis > Number(latest?.created_at ?? 0),
    )
    for (const migration of missing) {
      for (const text of migration.sql) await tx.execute(sql.raw(text))
      await tx.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at)
        values (${migration.hash}, ${migration.folderMillis})`)
    }
    return missing.length
  })
