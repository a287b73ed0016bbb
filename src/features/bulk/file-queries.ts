import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'

type OfOperation = { operationId: string }

/** Keeps the name of a part of a file before the store has it. No row: the operation is over. */
export const keepPart = statement<
  OfOperation & { key: string; kind: 'draft' | 'bulk'; now: Date; dropAfter: Date },
  { key: string }
>(
  'keepPart',
  (value) => sql`
  insert into blob (key, user_id, kind, created_at, drop_after)
  select ${value.key}::text, known.id, ${value.kind}::text, ${value.now}::timestamptz, ${value.dropAfter}::timestamptz
  from bulk_operation known
  where known.id = ${value.operationId}::uuid and known.state in ('receiving', 'queued', 'running')
  returning key`,
)

/** The parts of the file of an operation, in order. */
export const listParts = statement<OfOperation & { now: Date }, { key: string }>(
  'listParts',
  (value) => sql`
  select key from blob
  where user_id = ${value.operationId}::uuid and kind = 'bulk' and drop_after > ${value.now}::timestamptz
  order by key collate "C"`,
)
