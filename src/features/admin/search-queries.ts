import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { AccountItemRow } from './account-contract'
import { itemColumns } from './account-fragments'

export type SearchValues = {
  now: Date
  /** Patterns of LIKE; null where all are meant, or for the name where only addresses are. */
  emailPattern: string | null
  namePattern: string | null
  email: string | null
  role: string | null
  state: string | null
  createdAfter: Date | null
  /** All have a lower key: of the last one of the page before, or of the first instant that is too late. */
  beforeAt: Date | null
  beforeId: string | null
  limit: number
  /** How many are looked at; null for all. */
  most: number | null
}

/** `examined`: how many were looked at, found or not. One row of nulls beside it: none was found. */
export type FoundRow = { examined: number } & (AccountItemRow | { id: null })

type Value = Placeholders<SearchValues>

/** The accounts that a page may be of. One condition for each end, since the index of the key begins at one alone. */
const isInReach = (value: Value): SQL => sql`(
  (person.created_at, person.id) < (coalesce(${value.beforeAt}::timestamptz, 'infinity'),
    coalesce(${value.beforeId}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
  and person.created_at >= coalesce(${value.createdAfter}::timestamptz, '-infinity'))`

const isNamed = (value: Value): SQL =>
  sql`(person.email like ${value.emailPattern}::text or person.name ilike ${value.namePattern}::text)`

/** Asked of each for itself: without `offset` Postgres may read all who hold the role first. */
const holdsIt = (value: Value): SQL => sql`exists (
  select 1 from role_assignment held where held.user_id = person.id and held.role = ${value.role}::text
    and (held.expires_at is null or held.expires_at > ${value.now}::timestamptz)
  offset 0)`

/** The same for the few that are looked at: to make a name small costs half of comparing it whatever its case. */
const isNamedSo = (value: Value): SQL => sql`(${value.emailPattern}::text is null
  or person.email like ${value.emailPattern}::text or lower(person.name) like lower(${value.namePattern}::text))`

const isMeant = (value: Value): SQL => sql`(
  (${value.email}::text is null or person.email = ${value.email}::text)
  and (${value.role}::text is null or ${holdsIt(value)})
  and case ${value.state}::text
    when 'active' then person.banned_at is null and person.closed_at is null
    when 'banned' then person.banned_at is not null
    when 'closed' then person.closed_at is not null
    when 'unverified' then person.email_verified_at is null
    else true end)`

const columns = sql.raw(
  ['id', 'email', 'email_verified_at', 'name', 'created_at', 'banned_at', 'banned_until', 'closed_at']
    .map((column) => `person.${column}`)
    .join(', '),
)

interface Candidates {
  /** Those to look at, which one index finds. */
  candidates: (value: Value) => SQL
  /** A part of the statement before them, `looked`, that says by its rows how many there are. */
  looked?: (value: Value) => SQL
  /** Whether they are named so already. */
  areNamed?: boolean
}

/** Looks among candidates for those that are meant; newest first. */
const among = (name: string, { candidates, looked, areNamed = false }: Candidates) =>
  statement<SearchValues, FoundRow>(name, (value) => {
    const candidate = sql`candidate as materialized (${candidates(value)})`
    const parts = looked
      ? sql`looked as materialized (${looked(value)}), ${candidate}`
      : sql`${candidate}, looked as (select 1 from candidate)`
    return sql`
  with ${parts},
  meant as (
    select * from candidate person where ${isInReach(value)} and ${isMeant(value)}
      and ${areNamed ? sql`true` : isNamedSo(value)}
    order by person.created_at desc, person.id desc limit ${value.limit}::integer
  )
  select counted.examined, ${itemColumns('meant', value.now)}
  from (select count(*)::integer as examined from looked) counted left join meant on true
  order by meant.created_at desc, meant.id desc`
  })

/** The newest of those in reach that fulfil a condition, in order. */
const newest = (name: string, condition: SQL) =>
  among(name, {
    candidates: (value) => sql`
    select ${columns} from "user" person where ${condition} and ${isInReach(value)}
    order by person.created_at desc, person.id desc limit ${value.most}::integer`,
  })

export const searchNewest = newest('searchNewest', sql`true`)

/** Those of a state of which there are few, each by an index of its own. */
export const searchByState = {
  banned: newest('searchByState:banned', sql`person.banned_at is not null`),
  closed: newest('searchByState:closed', sql`person.closed_at is not null`),
  unverified: newest('searchByState:unverified', sql`person.email_verified_at is null`),
}

export const searchByAddress = among('searchByAddress', {
  candidates: (value) => sql`select ${columns} from "user" person where person.email = ${value.email}::text`,
})

/** Those who hold a role, if that is less than `most`; else nobody. */
export const searchByRole = among('searchByRole', {
  looked: (value) => sql`
    select held.user_id from role_assignment held where held.role = ${value.role}::text limit ${value.most}::integer`,
  candidates: (value) => sql`
    select ${columns} from looked join "user" person on person.id = looked.user_id
    where (select count(*) from looked) < ${value.most}::integer`,
})

/** All whose address or name holds a text, by the index of its trigrams and no other beside it. */
export const searchByText = among('searchByText', {
  areNamed: true,
  candidates: (value) => sql`select ${columns} from "user" person where ${isNamed(value)}`,
})
