import type { AuditFormat, Format, Kind } from '#core/bulk-operations'
import type { Context } from '#core/context'
import { eventValues } from '../audit/event-values'
import { formatOf } from './operation-contract'
import { recordCollection } from './operation-queries'
import { readFileOf } from './read-file-of'
import { requireOperatorOf } from './require-operator-of'

/** Gives the file of an export to whoever may export, and records it. Throws what the two verbs in it throw. */
export async function collectFile(
  ctx: Context,
  operationId: string,
): Promise<{ kind: Kind; format: Format | AuditFormat; body: ReadableStream<Uint8Array<ArrayBuffer>> }> {
  const operation = await requireOperatorOf(ctx, operationId)
  const body = await readFileOf(ctx, operation)
  await recordCollection(ctx.db, { ...eventValues(ctx), operationId })
  return { kind: operation.kind, format: formatOf(operation.options) ?? 'ndjson', body }
}
