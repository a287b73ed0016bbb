import { kinds } from '#core/bulk-operations'
import type { JobContext } from '#core/context'
import { notFound } from '#core/problems'
import type { OperationRow } from './operation-contract'
import { findOperation } from './operation-queries'
import { runBulkOperation } from './run-bulk-operation'

/** Whoever else works it off needs a moment. */
const pauseMs = 200

/**
 * Works off an operation to its end, beside whoever else does: for the operator, who waits for it. Throws `not-found`.
 * @param show is told after each part how far it is
 */
export async function workOffOperation(
  ctx: JobContext & { wait(milliseconds: number): Promise<void> },
  operationId: string,
  show: (operation: OperationRow) => void,
): Promise<OperationRow> {
  for (let before = -1; ; ) {
    const [operation] = await findOperation(ctx.db, { operationId, kinds: JSON.stringify(kinds) })
    if (!operation) throw notFound()
    show(operation)
    if (operation.state !== 'queued' && operation.state !== 'running') return operation
    const rows = operation.rowsDone + operation.rowsFailed
    if (rows === before) await ctx.wait(pauseMs)
    before = rows
    await runBulkOperation(ctx, { operationId }, show)
  }
}
