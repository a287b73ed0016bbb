import { kinds } from '#core/bulk-operations'
import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { findOwnPermissions } from './find-own-permissions'
import type { OperationRow } from './operation-contract'
import { failOperation, findOperation } from './operation-queries'
import { runChange } from './run-change'
import { runExport } from './run-export'
import { runImport } from './run-import'

/** What works off the part of an operation that begins where it stands; undefined when that was not its to do. */
export type RunPart = (operation: OperationRow, isLastOfRun: boolean) => Promise<OperationRow | undefined>

/** Opens an operation; gives what works off its next part. */
export type OpenOperation = (ctx: JobContext, operation: OperationRow) => Promise<RunPart>

/** One run ends well before an event of a Worker does, and before its job would be given to another worker. */
const mostSeconds = 8
const mostParts = 200

const open = async (
  ctx: JobContext,
  operation: OperationRow,
  openRecords: OpenOperation | undefined,
): Promise<RunPart | { failure: string }> => {
  if (!(await findOwnPermissions(ctx, operation))) return { failure: 'permission_lost' }
  if (operation.kind === 'import') return runImport(ctx, operation)
  if (operation.kind === 'export') return runExport(ctx, operation)
  if (operation.kind !== 'audit') return runChange(ctx, operation)
  return openRecords ? openRecords(ctx, operation) : { failure: 'kind_unknown' }
}

/**
 * Works off some parts of an operation. Each is committed with how far the operation is, if it still stands where the part
 * begins: a worker that dies repeats nothing, and of two that work the same one goes on. The last part of a run queues the
 * next run with it. Throws `blobs-unavailable`.
 * @param show is told after each part how far it is
 * @param openRecords opens an export of the audit record, of which this feature knows nothing
 */
export async function runBulkOperation(
  ctx: JobContext,
  { operationId }: { operationId: string },
  show: (operation: OperationRow) => void = () => {},
  openRecords?: OpenOperation,
): Promise<JobOutcome> {
  const [found] = await findOperation(ctx.db, { operationId, kinds: JSON.stringify(kinds) })
  if (found?.state !== 'queued' && found?.state !== 'running') return completed
  const runPart = await open(ctx, found, openRecords)
  if ('failure' in runPart) {
    await failOperation(ctx.db, { ...eventValues(ctx), operationId, failure: runPart.failure })
    return completed
  }
  const endsAt = ctx.clock.now().getTime() + mostSeconds * 1000
  let operation: OperationRow | undefined = found
  for (let parts = 1; operation && operation.state !== 'finished'; parts += 1) {
    const isLastOfRun = parts === mostParts || ctx.clock.now().getTime() >= endsAt
    operation = await runPart(operation, isLastOfRun)
    if (operation) show(operation)
    if (isLastOfRun) break
  }
  return completed
}
