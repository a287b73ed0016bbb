import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import { heldAt, moveOn, operationColumns, type PartValues } from './fragments'
import type { OperationRow } from './operation-contract'

/**
 * Commits a part of an export, once: the draft of it becomes a part of the file. No row: the part is done, or the export is
 * over; then the draft stays one, and goes in time.
 * @param key of the draft; null for a part without bytes
 */
export const exportPart = statement<
  PartValues & {
    from: string
    to: string
    key: string | null
    /** Where the part begins: one may add nothing to the file. */
    lastUserIdBefore: string | null
    lastUserId: string | null
    count: number
    dropAfter: Date
  },
  OperationRow
>(
  'exportPart',
  (value) => sql`
  with held as (${heldAt(
    value,
    sql`byte_offset = ${value.from}::text::bigint and last_user_id is not distinct from ${value.lastUserIdBefore}::uuid`,
  )}),
  published as (
    update blob set kind = 'bulk', drop_after = ${value.dropAfter}::timestamptz from held
    where blob.key = ${value.key}::text and blob.user_id = held.id
  ),
  ${moveOn(value, {
    to: sql`byte_offset = ${value.to}::text::bigint, last_user_id = ${value.lastUserId}::uuid`,
    count: sql`${value.count}::integer`,
    failed: sql`0`,
    keepsFileSeconds: 86_400,
  })}
  select ${operationColumns('moved')} from moved`,
)
