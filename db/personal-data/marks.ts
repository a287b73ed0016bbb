/**
 * What a column is to the person whom its row belongs to. `personal`: says something of them; told in their export, destroyed
 * by erasure. `secret`: a credential, or the hash or the seal of one; destroyed, and never told. `pseudonymous`: tells one
 * person from another and nothing else; told, and may stay where erasure keeps the row. `none`: says nothing of anybody.
 */
export type Mark = 'personal' | 'secret' | 'pseudonymous' | 'none'

/** As much of drizzle’s tables as is needed here: to compare with the whole would cost the compiler twice as much. */
interface Table {
  _: { name: string; columns: object }
}

/** The columns of a table, as Postgres calls them. */
export type ColumnOf<Of extends Table> = {
  [Key in keyof Of['_']['columns']]: Of['_']['columns'][Key] extends { _: { name: infer Name extends string } }
    ? Name
    : never
}[keyof Of['_']['columns']]

/**
 * Which rows belong to a person: those that name the account; or are about their address and name no account; or name
 * one of their subjects in the lockout. Null: none belongs to anybody.
 */
export type Owner<Column> =
  | { account: Column; address?: Column }
  | { address: Column }
  | { lockoutSubject: Column }
  | null

/** What a table is to people. A column that has no mark fails the compiler here, and a test in the database. */
export interface MarksOf<Of extends Table> {
  table: Of['_']['name']
  /** What its rows are, for the person who reads their export. */
  what: string
  /** The columns that tell its rows apart, in the order they are read in. */
  key: ColumnOf<Of>[]
  owner: Owner<ColumnOf<Of>>
  /** What erasure does with the rows: deletes them, or clears what is personal or secret, or leaves what is neither. */
  erasure: 'delete' | 'clear' | 'keep'
  columns: Record<ColumnOf<Of>, Mark>
}

/** The same of any table. */
export interface TableMarks {
  table: string
  what: string
  key: string[]
  owner: Owner<string>
  erasure: 'delete' | 'clear' | 'keep'
  columns: Record<string, Mark>
}
