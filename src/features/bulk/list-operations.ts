import type { Context } from '#core/context'
import { type Page, type PageQuery, toPage } from '#core/pagination'
import { type Operation, toOperation } from './operation-contract'
import { listOperationRows } from './operation-queries'
import { requireBulkStaff } from './require-operator-of'

/** Operations of the kinds that the caller may ask for, newest first. Throws what `requireStaff` throws. */
export async function listOperations(ctx: Context, { limit, cursor }: PageQuery): Promise<Page<Operation>> {
  const { kinds } = await requireBulkStaff(ctx)
  const rows = await listOperationRows(ctx.db, {
    kinds: JSON.stringify(kinds),
    cursor: cursor ?? null,
    limit: limit + 1,
  })
  return toPage(rows, limit, toOperation)
}
