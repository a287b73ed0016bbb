import type { JobContext } from '#core/context'
import type { OperationRow } from './operation-contract'

/** What every part of an operation is committed with, beside what it is. */
export const partValues = (
  ctx: JobContext,
  { id }: OperationRow,
  { isLast, isLastOfRun }: { isLast: boolean; isLastOfRun: boolean },
) => ({
  operationId: id,
  isLast,
  nextJobId: isLastOfRun ? ctx.ids.next() : null,
  finishedEventId: ctx.ids.next(),
})
