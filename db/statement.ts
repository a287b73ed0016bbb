import { is, Placeholder, type SQL, sql } from 'drizzle-orm'
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

interface Prepared {
  text: string
  /** What each parameter is: a value by its name, or one that is always the same. */
  parameters: ({ name: string } | { always: unknown })[]
}

/** What is a placeholder is found out once, since drizzle's own way to fill them takes as long as the rest of a call. */
const prepare = (query: SQL): Prepared => {
  const { sql: text, params } = query.toQuery(postgres)
  return {
    text,
    parameters: params.map((param) => (is(param, Placeholder) ? { name: param.name } : { always: param })),
  }
}

const fill = ({ parameters }: Prepared, values: StatementValues): unknown[] =>
  parameters.map((parameter) => {
    if ('always' in parameter) return parameter.always
    const value = values[parameter.name]
    if (value === undefined) throw new Error(`There is no value for ${parameter.name}.`)
    return value
  })

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
  let prepared: Prepared | undefined
  return (db: Database, values: Values): Promise<Row[]> => {
    prepared ??= prepare(build(placeholders<Values>()))
    // The compiler can't read SQL: that the rows are of this shape is held by the tests of each statement.
    return db.run(prepared.text, fill(prepared, values), 'objects', name) as Promise<Row[]>
  }
}
