import type { Context } from '#core/context'
import { type OperationAnswer, toOperation } from './operation-contract'
import { requireOperatorOf } from './require-operator-of'

/** One operation, for whoever may ask for its kind. Throws what `requireStaff` throws, and `not-found`. */
export const showOperation = async (ctx: Context, operationId: string): Promise<OperationAnswer> => ({
  operation: toOperation(await requireOperatorOf(ctx, operationId)),
})
