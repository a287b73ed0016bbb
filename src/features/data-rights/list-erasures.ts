import type { CoreContext } from '#core/context'
import type { ErasureRow } from './contract'
import { listErasureRows } from './erasure-queries'

const most = 200

/** The newest erasures, whatever their state, without their receipts: for the operator. */
export async function listErasures(ctx: CoreContext): Promise<Omit<ErasureRow, 'receipt'>[]> {
  const rows = await listErasureRows(ctx.db, { limit: most })
  return rows.map(({ receipt: _, ...row }) => row)
}
