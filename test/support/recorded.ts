import postgres from 'postgres'
import { capture } from './captured'
import { noteSecret } from './secrets'

/** Where the record keeps from where somebody came, for as long as it may: personal, and not looked for there. */
const personal = ['ip_address', 'place', 'user_agent', 'personal_salt', 'personal_digest']

/** Tables that operators and reviewers read. */
const tables = ['audit_event', 'refusal']

/**
 * Notes every hash and sealed value that the database of the process has, and captures what it recorded. Nothing where
 * servers have databases of their own.
 */
export const captureRecorded = async (): Promise<void> => {
  const url = process.env.TEST_DATABASE_URL
  if (!url) return
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const columns = await sql`
      select table_name as "table", column_name as "column" from information_schema.columns
      where table_schema = 'public' and data_type in ('text', 'character varying')
        and column_name ~ '(hash|sealed|secret)' and table_name not like 'audit%'`
    for (const { table, column } of columns) {
      const rows =
        await sql`select distinct ${sql(column)} as value from ${sql(table)} where ${sql(column)} is not null`
      for (const { value } of rows) noteSecret(String(value), `${table}.${column}`)
    }
    for (const table of tables) {
      const rows = await sql`select to_jsonb(${sql(table)}) - ${personal}::text[] as row from ${sql(table)}`
      const text = rows.map(({ row }) => JSON.stringify(row)).join('\n')
      capture(`the table ${table}`, () => text)
    }
  } finally {
    await sql.end()
  }
}
