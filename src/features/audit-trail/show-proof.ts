import type { Context } from '#core/context'
import { requireStaff } from '../admin/require-staff'
import { eventValues } from '../audit/event-values'
import type { InclusionProof } from './contract'
import { proveRecord } from './prove-record'
import { recordReading } from './search-queries'

/**
 * Proves that a record was sealed, for holders of `audit:read`; that somebody looks is recorded. Throws what `requireStaff`
 * and `proveRecord` throw.
 */
export async function showProof(ctx: Context, id: string): Promise<InclusionProof> {
  await requireStaff(ctx, 'audit:read')
  const proof = await proveRecord(ctx, id)
  await recordReading(ctx.db, { ...eventValues(ctx), filters: '["id"]' })
  return proof
}
