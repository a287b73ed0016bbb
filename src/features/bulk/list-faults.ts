import type { CoreContext } from '#core/context'
import type { OperationError } from './operation-contract'
import { listErrorRows } from './operation-queries'

const most = 100

/** The first of what was wrong with the rows of an operation. For the operator. */
export const listFaults = (ctx: CoreContext, operationId: string): Promise<OperationError[]> =>
  listErrorRows(ctx.db, { operationId, afterRow: 0, afterPointer: '', limit: most })
