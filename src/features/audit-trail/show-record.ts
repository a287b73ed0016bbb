import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { requireStaff } from '../admin/require-staff'
import { eventValues } from '../audit/event-values'
import { type RecordView, toRecordView } from './search-contract'
import { findRecordView, recordReading } from './search-queries'

/** One record, for holders of `audit:read`; that somebody looks is recorded. Throws what `requireStaff` throws, and `not-found`. */
export async function showRecord(ctx: Context, id: string): Promise<RecordView> {
  await requireStaff(ctx, 'audit:read')
  const [row] = await findRecordView(ctx.db, { id })
  if (!row) throw notFound()
  await recordReading(ctx.db, { ...eventValues(ctx), filters: '["id"]' })
  return toRecordView(row)
}
