import type { Context } from '#core/context'
import type { ErrorPage, ErrorQuery } from './operation-contract'
import { listErrorRows } from './operation-queries'
import { requireOperatorOf } from './require-operator-of'

/** What was wrong with rows, in their order, for whoever may see the operation. Throws what `requireOperatorOf` throws. */
export async function listOperationErrors(
  ctx: Context,
  operationId: string,
  { limit, cursor = '0.' }: ErrorQuery,
): Promise<ErrorPage> {
  await requireOperatorOf(ctx, operationId)
  const dot = cursor.indexOf('.')
  const from = { afterRow: Number(cursor.slice(0, dot)), afterPointer: cursor.slice(dot + 1) }
  const rows = await listErrorRows(ctx.db, { operationId, ...from, limit: limit + 1 })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: last && rows.length > limit ? `${last.row}.${last.pointer}` : null }
}
