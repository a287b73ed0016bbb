import type { Kind } from '#core/bulk-operations'
import type { CoreContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { type OperationAnswer, type Options, toOperation } from './operation-contract'
import { requestOperation } from './operation-queries'

/** Queues an operation that needs no file. For verbs that have asked who may. @param requestedBy null for the operator */
export async function requestWork(
  ctx: CoreContext,
  kind: Kind,
  options: Options,
  requestedBy: string | null,
): Promise<OperationAnswer> {
  const [operation] = await requestOperation(ctx.db, {
    ...eventValues(ctx),
    operationId: ctx.ids.next(),
    kind,
    isDryRun: false,
    options: JSON.stringify(options),
    requestedBy,
    jobId: ctx.ids.next(),
  })
  if (!operation) throw new Error('An operation that was asked for is not there.')
  return { operation: toOperation(operation) }
}
