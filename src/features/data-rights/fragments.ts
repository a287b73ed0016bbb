import { type SQL, sql } from 'drizzle-orm'
import type { TableMarks } from '#db/personal-data/marks'

/** Who is meant, for a statement that is made of marks. Lists are JSON. */
export type PersonValues = {
  userId: string
  /** Addresses that are theirs and nobody else’s. */
  addresses: string
  /** What their failures are counted by. */
  lockoutSubjects: string
}

const isIn = (column: SQL, list: SQL): SQL =>
  sql`${column} = any(array(select jsonb_array_elements_text(${list}::text::jsonb)))`

/** Whether a row of a table, as `kept`, belongs to a person. */
export const isOf = ({ owner }: TableMarks, value: { [Name in keyof PersonValues]: SQL }): SQL => {
  const column = (name: string) => sql`kept.${sql.identifier(name)}`
  if (owner === null) return sql`false`
  if ('lockoutSubject' in owner) return isIn(column(owner.lockoutSubject), value.lockoutSubjects)
  if (!('account' in owner)) return isIn(column(owner.address), value.addresses)
  const isOfAccount = sql`${column(owner.account)} = ${value.userId}::uuid`
  if (owner.address === undefined) return isOfAccount
  return sql`(${isOfAccount} or (${column(owner.account)} is null and ${isIn(column(owner.address), value.addresses)}))`
}

/** The columns of a table that have one of these marks. */
export const columnsWith = ({ columns }: TableMarks, ...marks: string[]): string[] =>
  Object.entries(columns)
    .filter(([, mark]) => marks.includes(mark))
    .map(([name]) => name)
