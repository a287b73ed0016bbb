import type { Database } from '#db/database'
import type { Migration } from './migration-files'

/** Makes the table that drizzle's migrator has too, with our column: which builds may still run. */
export const prepareRecord = async (db: Database): Promise<void> => {
  await db.run('create schema if not exists drizzle', [], 'arrays')
  const columns = 'id serial primary key, hash text not null, created_at bigint, least_build text'
  await db.run(`create table if not exists drizzle.__drizzle_migrations (${columns})`, [], 'arrays')
  const [known] = await db.run(
    `select from pg_attribute where attrelid = 'drizzle.__drizzle_migrations'::regclass and attname = 'least_build'`,
    [],
    'arrays',
  )
  // Also where the column is there already, altering would lock the table, which readiness reads.
  if (!known) await db.run('alter table drizzle.__drizzle_migrations add column least_build text', [], 'arrays')
}

/** What is to be applied. Changes nothing. */
export const listMissing = async (db: Database, migrations: Migration[]): Promise<Migration[]> => {
  const [record] = await db.run(`select to_regclass('drizzle.__drizzle_migrations')::text`, [], 'arrays')
  if (!Array.isArray(record) || record[0] === null) return migrations
  const applied = await db.run('select max(created_at)::text from drizzle.__drizzle_migrations', [], 'arrays')
  const newest = Number(applied.flat()[0] ?? 0)
  return migrations.filter(({ version }) => version > newest)
}

/**
 * Notes that a migration was applied, and which builds may run from then on.
 * @throws if it names a build that there is not
 */
export const recordApplied = async (db: Database, migration: Migration, all: Migration[]): Promise<void> => {
  const { name, hash, version, leastBuild = null } = migration
  if (leastBuild !== null && !all.some((known) => known.name === leastBuild)) {
    throw new Error(`${name}.sql names ${leastBuild}, which is no migration.`)
  }
  await db.run(
    'insert into drizzle.__drizzle_migrations (hash, created_at, least_build) values ($1, $2::text::bigint, $3)',
    [hash, String(version), leastBuild],
    'arrays',
  )
}
