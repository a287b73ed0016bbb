import { type SQL, sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'
import { markedTables } from '#db/personal-data'
import type { TableMarks } from '#db/personal-data/marks'
import { type Placeholders, statement } from '#db/statement'
import { destroyPersonalParts } from '../audit/fragments'
import { columnsWith, isOf, type PersonValues } from './fragments'

/** What finds everything of a person: read before anything of it is gone. */
export interface PersonFacts {
  email: string
  isEmailProved: boolean
  isOpen: boolean
  name: string | null
  locale: string | null
  /** The address, and those that they had or named; none that another account has. */
  addresses: string[]
  /** From where they came, as far as that is kept. */
  ipAddresses: string[]
  /** Ids of devices that they trust. */
  deviceIds: string[]
  /** What jobs of theirs may name instead of the account. */
  revocationIds: string[]
  hasBounced: boolean
}

/** Who a person is. This feature stands above all others, and alone may look into their tables. */
export const findPersonFacts = statement<{ userId: string }, PersonFacts>('findPersonFacts', (value) => {
  const userId = sql`${value.userId}::uuid`
  const listOf = (text: SQL) =>
    sql`(select coalesce(jsonb_agg(distinct found.text), '[]'::jsonb) from (${text}) found (text))`
  return sql`
  select person.email, person.name, person.locale, person.email_verified_at is not null as "isEmailProved",
    ${isOpen('person')} as "isOpen",
    ${listOf(sql`
      select known.address from (
        select person.email
        union select recipient from message where user_id = ${userId}
        union select email from email_token where user_id = ${userId}
        union select email from identity where user_id = ${userId} and email is not null
      ) known (address)
      where not exists (select 1 from "user" other where other.email = known.address and other.id <> ${userId})`)} as addresses,
    ${listOf(sql`
      select ip_address from session where user_id = ${userId} and ip_address is not null
      union select ip_address from audit_event where user_id = ${userId} and ip_address is not null`)} as "ipAddresses",
    ${listOf(sql`select id from trusted_device where user_id = ${userId}`)} as "deviceIds",
    ${listOf(sql`select id from token_revocation where user_id = ${userId}`)} as "revocationIds",
    exists (select 1 from bounced_address where bounced_address.email = person.email) as "hasBounced"
  from "user" person where person.id = ${userId}`
})

const quoted = (name: string) => sql.raw(`'${name}'`)

/** What an export tells of a row: JSON, by the names of the columns. */
const told = (marks: TableMarks) => {
  const members = columnsWith(marks, 'personal', 'pseudonymous', 'none').map(
    (name) => sql`${quoted(name)}, kept.${sql.identifier(name)}`,
  )
  return sql`jsonb_build_object(${sql.join(members, sql`, `)})`
}

/** A row's place among those of its table: JSON, as text that sorts. */
const place = ({ key }: TableMarks) =>
  sql`jsonb_build_array(${sql.join(
    key.map((name) => sql`kept.${sql.identifier(name)}::text`),
    sql`, `,
  )})`

export interface ToldRow {
  row: string
  place: string
}

const readerOf = (marks: TableMarks) =>
  statement<PersonValues & { after: string; limit: number }, ToldRow>(
    `readerOf:${marks.table}`,
    (value) => sql`
  select ${told(marks)}::text as row, ${place(marks)}::text as place
  from ${sql.identifier(marks.table)} kept
  where ${isOf(marks, value)} and ${place(marks)} > ${value.after}::text::jsonb
  order by ${place(marks)} limit ${value.limit}::integer`,
  )

const readers = new Map(markedTables.map((marks) => [marks.table, readerOf(marks)]))

/** The rows of a table that are a person’s, a page from `after` on (`[]` at first): what an export tells of them. */
export const listToldRows = (table: string): ReturnType<typeof readerOf> => {
  const reader = readers.get(table)
  if (!reader) throw new Error(`There is no table ${table}.`)
  return reader
}

type Erasing = PersonValues & { erasureId: string; limit: number }

/** How what is personal in a table goes, where its rows stay. */
const clearers: Record<string, typeof destroyPersonalParts> = { audit_event: destroyPersonalParts }

/** Deletes rows, or clears what is personal in them and not cleared yet. */
const erased = (marks: TableMarks, value: Placeholders<Erasing>): SQL => {
  if (marks.erasure === 'delete') {
    const table = sql.identifier(marks.table)
    return sql`
    delete from ${table} where ctid = any(array(
      select kept.ctid from ${table} kept where ${isOf(marks, value)} limit ${value.limit}::integer for update
    )) returning 1`
  }
  const clear = clearers[marks.table]
  if (!clear) throw new Error(`Nobody knows how to clear ${marks.table}.`)
  return clear(value.userId, value.limit)
}

const eraserOf = (marks: TableMarks) =>
  statement<Erasing, { count: number }>(
    `eraserOf:${marks.table}`,
    (value) => sql`
  with gone as (${erased(marks, value)}),
  noted as (
    update erasure set counts = erasure.counts || jsonb_build_object(
      ${quoted(`database/${marks.table}`)},
      coalesce((erasure.counts ->> ${quoted(`database/${marks.table}`)})::integer, 0) + (select count(*) from gone)
    )
    where id = ${value.erasureId}::uuid
  )
  select count(*)::integer as count from gone`,
  )

const erasers = new Map(
  markedTables.filter(({ erasure }) => erasure !== 'keep').map((marks) => [marks.table, eraserOf(marks)]),
)

/** Erases up to `limit` rows of a table that are a person’s, as its marks say, and notes how many in the erasure. */
export const eraseRows = (table: string): ReturnType<typeof eraserOf> => {
  const eraser = erasers.get(table)
  if (!eraser) throw new Error(`Nothing is erased in ${table}.`)
  return eraser
}
