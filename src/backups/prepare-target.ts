import * as z from 'zod'
import type { Database } from '#db/database'
import { applyMigrations } from '#platform/migrate'
import type { Manifest } from './manifest'
import { findStoredVersion, listPartitions, listStoredTables, type StoredTable } from './stored-tables'

const One = z.tuple([z.tuple([z.coerce.number()])])

const count = async (db: Database, text: string): Promise<number> => One.parse(await db.run(text, [], 'arrays'))[0][0]

/** Tables that every database has rows in, also one that nobody ever used. */
const seeded = new Set([
  'public.audit_retention',
  'public.audit_horizon',
  'drizzle.__drizzle_migrations',
  'pgboss.queue',
])

const hasRows = async (db: Database, { name, source }: StoredTable): Promise<boolean> =>
  !seeded.has(name) && (await count(db, `select count(*) from (select from ${source.table} limit 1) first_rows`)) > 0

const ownTables = `from pg_class kept where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
  and not exists (select from pg_depend where objid = kept.oid and deptype = 'e')`

/**
 * Whether the database may be restored into: it is Postern's alone, and nobody is at work in it.
 * @returns the tables in which there are rows
 */
export const inspectTarget = async (db: Database): Promise<string[]> => {
  const servers = await count(
    db,
    `select count(*) from pg_stat_activity where datname = current_database() and application_name = 'postern'`,
  )
  if (servers > 0)
    throw new Error(`${servers} connections of running servers are open to this database. Stop them first.`)
  const version = await findStoredVersion(db)
  const tables = version === undefined ? { tables: [], strangers: [] } : await listStoredTables(db, version)
  const isStrange =
    version === undefined ? (await count(db, `select count(*) ${ownTables}`)) > 0 : tables.strangers.length > 0
  if (isStrange)
    throw new Error(
      'There are tables in the schema “public” that are not Postern’s. A restore wants a database of its own.',
    )
  const full: string[] = []
  for (const table of tables.tables) if (await hasRows(db, table)) full.push(table.name)
  return full
}

/** Everything of ours but the schema of the queue; what extensions brought stays. */
const clearText = `do $$ declare thing text; begin
  drop schema if exists audit, drizzle cascade;
  for thing in select format('drop table if exists public.%I cascade', relname) ${ownTables} loop execute thing; end loop;
  for thing in select format('drop sequence if exists public.%I cascade', relname) from pg_class kept
    where relnamespace = 'public'::regnamespace and relkind = 'S'
      and not exists (select from pg_depend where objid = kept.oid and deptype = 'e') loop execute thing; end loop;
  for thing in select format('drop routine if exists %s cascade', kept.oid::regprocedure) from pg_proc kept
    where pronamespace = 'public'::regnamespace
      and not exists (select from pg_depend where objid = kept.oid and deptype = 'e') loop execute thing; end loop;
end $$`

/** Puts the partitions of the record where they were: months that are over by now, too. */
const repartition = async (db: Database, partitions: Manifest['partitions']): Promise<void> => {
  for (const { name } of await listPartitions(db)) await db.run(`drop table audit."${name}"`, [], 'arrays')
  for (const { name, parent, bounds } of partitions) {
    await db.run(`create table audit."${name}" (like audit."${parent}" including defaults)`, [], 'arrays')
    await db.run(`alter table audit."${parent}" attach partition audit."${name}" ${bounds}`, [], 'arrays')
  }
}

/** What a table can't be emptied by, and never has rows of its own. */
const appendOnly = new Set(['public.audit_event', 'public.audit_seal'])

/**
 * Makes the schema as it was when the archive was written, and empty, in the transaction of `db`: what was there is gone if
 * that is committed.
 * @returns its tables
 */
export const prepareTarget = async (db: Database, manifest: Manifest): Promise<StoredTable[]> => {
  await db.run(clearText, [], 'arrays')
  await applyMigrations(db, () => {}, manifest.schemaVersion)
  if (manifest.partitions.length > 0) await repartition(db, manifest.partitions)
  const { tables } = await listStoredTables(db, manifest.schemaVersion)
  const emptied = tables.filter(({ name }) => !appendOnly.has(name)).map(({ source }) => source.table)
  await db.run(`truncate ${emptied.join(', ')} cascade`, [], 'arrays')
  return tables
}
