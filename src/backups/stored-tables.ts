import * as z from 'zod'
import type { CopySource } from '#core/copy-database'
import type { Database } from '#db/database'
import { schemaVersion } from '#db/schema-version'
import { findKnownTables } from '#platform/known-tables'
import { Partition } from './manifest'

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A table as SQL has it. @param name schema and table, with a dot between */
export const quotedTable = (name: string): string => name.split('.').map(quoted).join('.')

/** What of the queue is kept: not its own schema's state, nor how busy machines were that are gone. */
const queueTables = ['queue', 'schedule', 'subscription', 'job', 'job_dependency']

/** A table of the database, with what it is copied by. */
export interface StoredTable {
  /** Schema and table, with a dot between. */
  name: string
  columns: string[]
  source: CopySource
  /** Row-level security would hide rows of it from whoever asks. */
  isGuarded: boolean
}

const Row = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  keys: z.array(z.object({ column: z.string(), type: z.string(), isText: z.boolean() })).nullable(),
  isGuarded: z.boolean(),
  references: z.array(z.string()).nullable(),
})

const listText = `
select space.nspname || '.' || kept.relname as name,
  (select json_agg(attname order by attnum) from pg_attribute
    where attrelid = kept.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
  (select json_agg(json_build_object('column', attname, 'type', format_type(atttypid, atttypmod),
      'isText', attcollation <> 0) order by place)
    from pg_index cross join unnest(indkey) with ordinality as key (number, place)
    join pg_attribute on attrelid = indrelid and attnum = key.number
    where indrelid = kept.oid and indisprimary) as keys,
  row_security_active(kept.oid)
    and not exists (select from pg_roles where rolname = 'postern_app' and pg_has_role(oid, 'USAGE')) as "isGuarded",
  (select json_agg(distinct other_space.nspname || '.' || other.relname)
    from pg_constraint join pg_class other on other.oid = confrelid
    join pg_namespace other_space on other_space.oid = other.relnamespace
    where contype = 'f' and coalesce(pg_partition_root(conrelid), conrelid) = kept.oid) as references
from pg_class kept join pg_namespace space on space.oid = relnamespace
where relkind in ('r', 'p') and not relispartition and space.nspname in ('public', 'drizzle', 'pgboss')
  and not exists (select from pg_depend where objid = kept.oid and deptype = 'e')
order by 1`

/** Those that others refer to come first, so that they can be written in this order. */
const inOrderOfReference = (rows: z.output<typeof Row>[]): z.output<typeof Row>[] => {
  const ordered: z.output<typeof Row>[] = []
  const visit = (row: z.output<typeof Row>, trail: string[]) => {
    if (ordered.includes(row)) return
    if (trail.includes(row.name)) throw new Error(`${[...trail, row.name].join(' → ')}: these refer to each other.`)
    for (const name of row.references ?? []) {
      const other = rows.find((candidate) => candidate.name === name)
      if (other && other !== row) visit(other, [...trail, row.name])
    }
    ordered.push(row)
  }
  for (const row of rows) visit(row, [])
  return ordered
}

const toTable = ({ name, columns, keys, isGuarded }: z.output<typeof Row>): StoredTable => ({
  name,
  columns,
  isGuarded,
  source: {
    table: quotedTable(name),
    columns: columns.map(quoted),
    order: (keys ?? []).map(({ column, ...rest }) => ({ column: quoted(column), ...rest })),
  },
})

/** Whether tables of the database belong to Postern as it is at a version, and are kept. */
const isKept = (name: string, known: readonly string[]): boolean => {
  const [schema, table = ''] = name.split('.')
  if (schema === 'drizzle') return table === '__drizzle_migrations'
  return (schema === 'pgboss' ? queueTables : known).includes(table)
}

/**
 * Every table that belongs to Postern at this version of the schema, those first that others refer to, and the names of
 * tables beside them that do not.
 */
export const listStoredTables = async (
  db: Database,
  version: number,
): Promise<{ tables: StoredTable[]; strangers: string[] }> => {
  const known = findKnownTables(version)
  if (!known) throw new Error(newerSchema)
  const rows = z.array(Row).parse(await db.run(listText, [], 'objects'))
  const kept = inOrderOfReference(rows.filter(({ name }) => isKept(name, known)))
  const missing = known.filter((table) => !kept.some(({ name }) => name === `public.${table}`))
  if (missing.length > 0) throw new Error(`The database lacks tables of its schema: ${missing.join(', ')}.`)
  const strangers = rows.map(({ name }) => name).filter((name) => /^public\./.test(name) && !isKept(name, known))
  return { tables: kept.map(toTable), strangers }
}

const newerSchema = 'The database is of a newer build than this one. Use that build’s “postern backup”.'

const Text = z.array(z.array(z.string().nullable()))

const readText = async (db: Database, text: string): Promise<string | undefined> =>
  Text.parse(await db.run(text, [], 'arrays'))[0]?.[0] ?? undefined

/** The newest migration of the database; undefined where there is none. Throws when this build does not know it. */
export const findStoredVersion = async (db: Database): Promise<number | undefined> => {
  const table = await readText(db, `select to_regclass('drizzle.__drizzle_migrations')::text`)
  const newest = table && (await readText(db, 'select max(created_at)::text from drizzle.__drizzle_migrations'))
  if (!newest) return undefined
  if (Number(newest) > schemaVersion) throw new Error(newerSchema)
  return Number(newest)
}

/** Of pg-boss’s schema; 0 where there is none. */
export const readQueueVersion = async (db: Database): Promise<number> => {
  const table = await readText(db, `select to_regclass('pgboss.version')::text`)
  return table ? Number(await readText(db, 'select version::text from pgboss.version')) : 0
}

/** The partitions of the audit record, but those that every database has. */
export const listPartitions = async (db: Database): Promise<Partition[]> => {
  const rows = await db.run(
    `select part.relname as name, whole.relname as parent, pg_get_expr(part.relpartbound, part.oid) as bounds
    from pg_inherits join pg_class part on part.oid = inhrelid join pg_class whole on whole.oid = inhparent
    join pg_namespace space on space.oid = whole.relnamespace
    where space.nspname = 'audit' and pg_get_expr(part.relpartbound, part.oid) <> 'DEFAULT' order by 1`,
    [],
    'objects',
  )
  return z.array(Partition).parse(rows)
}
