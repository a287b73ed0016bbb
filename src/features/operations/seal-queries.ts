import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { type SealedColumn, sealedColumns } from './sealed-columns'

/** A seal, and what it is bound to. */
export interface SealRow {
  key: string
  sealed: string
  bound: string
}

type Replacement = EventValues & { key: string; oldSeal: string; newSeal: string }

const list = ({ table, column, key, keyType, bound }: SealedColumn) =>
  statement<{ prefix: string; after: string | null; limit: number }, SealRow>(`listSeals:${table}`, (value) => {
    const at = sql.raw(`(${key})`)
    return sql`
  select ${at}::text as key, ${sql.raw(column)} as sealed, ${sql.raw(bound)} as bound from ${sql.raw(table)}
  where ${sql.raw(column)} is not null and not starts_with(${sql.raw(column)}, ${value.prefix}::text)
    and (${value.after}::text is null or ${at} > ${value.after}::${sql.raw(keyType)})
  order by ${at} limit ${value.limit}::integer`
  })

/** That a signing key has another seal is part of its record, also where an instance gave it one in passing. */
const recordSeal = (value: Placeholders<Replacement>, table: string): SQL =>
  table === 'signing_key'
    ? sql`, event as (${recordEvent(value, {
        type: 'signing_key.resealed',
        from: sql`resealed`,
        userId: sql`null::uuid`,
        data: { generation: sql`generation` },
      })})`
    : sql``

const replace = ({ table, column, key, keyType }: SealedColumn) =>
  statement<Replacement, { count: number }>(
    `replaceSeal:${table}`,
    (value) => sql`
  with resealed as (
    update ${sql.raw(table)} set ${sql.raw(column)} = ${value.newSeal}::text
    where ${sql.raw(`(${key})`)} = ${value.key}::${sql.raw(keyType)} and ${sql.raw(column)} = ${value.oldSeal}::text
    returning *
  )${recordSeal(value, table)}
  select count(*)::integer as count from resealed`,
  )

const count = ({ table, column }: SealedColumn) =>
  statement<Record<never, never>, { keyId: string; count: number }>(
    `countSeals:${table}`,
    () => sql`
  select split_part(${sql.raw(column)}, '.', 2) as "keyId", count(*)::integer as count from ${sql.raw(table)}
  where ${sql.raw(column)} is not null group by 1`,
  )

/**
 * For each sealed column: `list`, by their keys, the seals after one that begin otherwise than with a prefix; `replace` one by
 * another, unless someone else did; and `count` those that each version of SECRET made.
 */
export const sealStatements = sealedColumns.map((sealedColumn) => ({
  sealedColumn,
  list: list(sealedColumn),
  replace: replace(sealedColumn),
  count: count(sealedColumn),
}))
