import type { Context } from '#core/context'
import { eventValues } from '../audit/event-values'
import { type OperationAnswer, toOperation } from './operation-contract'
import { cancelOperationById } from './operation-queries'
import { requireOperatorOf } from './require-operator-of'

/**
 * Ends an operation at its next part, for whoever may see it; what is done stays done. One that is over stays as it is.
 * Throws what `requireOperatorOf` throws.
 */
export async function cancelOperation(ctx: Context, operationId: string): Promise<OperationAnswer> {
  const found = await requireOperatorOf(ctx, operationId)
  const [cancelled] = await cancelOperationById(ctx.db, { ...eventValues(ctx), operationId })
  return { operation: toOperation(cancelled ?? found) }
}
