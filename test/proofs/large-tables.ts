import type postgres from 'postgres'
import * as z from 'zod'
import type { Cost } from './examine-statement'

const Named = z.array(z.object({ name: z.string(), table: z.string() }))

/**
 * Tables that have more than so many pages, by the name that a plan has for them: that of a partition stands for its table. A smaller
 * one costs as much to read as an index does, so Postgres may read it from end to end.
 */
export const findLargeTables = async (sql: postgres.Sql, leastPages = 100): Promise<Map<string, string>> => {
  const rows = await sql`
    select relname as name, coalesce(pg_partition_root(oid), oid)::regclass::text as table
    from pg_class
    where relkind = 'r' and relnamespace::regnamespace::text in ('public', 'pgboss', 'audit')
      and pg_relation_size(oid) > ${leastPages}::integer * current_setting('block_size')::integer`
  return new Map(Named.parse([...rows]).map(({ name, table }) => [name, table.replaceAll('"', '')]))
}

/** Of what a statement reads from end to end, the tables that are large: each once, a partition as its table. */
export const largeScansOf = ({ scans }: Pick<Cost, 'scans'>, largeTables: Map<string, string>): string[] => [
  ...new Set(scans.flatMap((name) => largeTables.get(name) ?? [])),
]

/** How many indexes a table has. */
export const countIndexes = async (sql: postgres.Sql, table: string): Promise<number> => {
  const [row] = await sql`select count(*)::integer as count from pg_index where indrelid = ${table}::regclass`
  return Number(row?.count)
}
