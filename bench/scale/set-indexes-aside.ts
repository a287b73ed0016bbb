import type postgres from 'postgres'
import * as z from 'zod'

const Texts = z.array(z.object({ drop: z.string(), restore: z.string() }))

/** Secondary indexes of a table, and its foreign keys; what a constraint is made of stays. */
const findParts = async (sql: postgres.Sql, table: string) =>
  Texts.parse(
    await sql`
      select 'drop index ' || index.indexrelid::regclass as drop, pg_get_indexdef(index.indexrelid) as restore
      from pg_index index
      where index.indrelid = ${table}::regclass and not exists (
        select from pg_constraint made where made.conindid = index.indexrelid and made.conrelid = index.indrelid
      )
      union all
      select format('alter table %s drop constraint %I', conrelid::regclass, conname),
        format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
      from pg_constraint where conrelid = ${table}::regclass and contype = 'f'`,
  )

/**
 * Drops the secondary indexes and the foreign keys of a table that is filled from empty, and makes them again from the same text when
 * it is called: built at once they cost a fraction, and the keys are checked in one join.
 */
export const setIndexesAside = async (sql: postgres.Sql, table: string): Promise<() => Promise<void>> => {
  const parts = await findParts(sql, table)
  for (const { drop } of parts) await sql.unsafe(drop)
  return async () => {
    for (const { restore } of parts) await sql.unsafe(restore)
  }
}
