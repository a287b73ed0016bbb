import { fillPlaceholders, type Query, type SQL, sql } from 'drizzle-orm'
import { CasingCache } from 'drizzle-orm/casing'
import type { Database } from './database'

/** What goes into a statement, by name. */
export type StatementValues = Record<string, string | number | boolean | Date | null>

/** The same names inside the SQL text: `${value.now}` becomes `$1`. */
export type Placeholders<Values> = { readonly [Name in keyof Values]-?: SQL }

/** How Postgres writes names and parameters: all that is needed of drizzle’s dialect, which would be a tenth of the Worker. */
const postgres = {
  casing: new CasingCache(),
  escapeName: (name: string) => `"${name.replaceAll('"', '""')}"`,
  escapeParam: (position: number) => `$${position + 1}`,
  escapeString: (text: string) => `'${text.replaceAll("'", "''")}'`,
}

const placeholders = <Values>(): Placeholders<Values> =>
  // The proxy answers every name, so it has each that `Values` declares.
  new Proxy({}, { get: (_, name) => sql`${sql.placeholder(String(name))}` }) as Placeholders<Values>

/**
 * Declares one SQL statement: its text is built once, at first use, and prepared once for each connection.
 * @param name what traces call it: that of the constant
 * @param build writes the SQL; every value is a parameter
 * @returns runs it and gives its rows: `Row` is what the text's last `select` or `returning` lists
 */
export const statement = <Values extends StatementValues, Row>(
  name: string,
  build: (value: Placeholders<Values>) => SQL,
) => {
  let query: Query | undefined
  return async (db: Database, values: Values): Promise<Row[]> => {
    query ??= build(placeholders<Values>()).toQuery(postgres)
    // The compiler can't read SQL: that the rows are of this shape is held by the tests of each statement.
    return (await db.run(query.sql, fillPlaceholders(query.params, values), 'objects', name)) as Row[]
  }
}
