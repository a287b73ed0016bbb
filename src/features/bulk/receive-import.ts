import { mediaTypes } from '#core/bulk-operations'
import type { CoreContext } from '#core/context'
import { malformedRequest, notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { addSeconds } from '../sessions/new-session'
import type { ImportQuery } from './contract'
import { keepPart } from './file-queries'
import { type OperationAnswer, toOperation } from './operation-contract'
import { failOperation, queueOperation, receiveOperation } from './operation-queries'
import { partKey } from './part-key'
import type { Bytes } from './split-records'

/** Whoever has not worked off a file by then never will, and it holds what people trusted somebody with. */
const keptSeconds = 7 * 86_400

/** Stores the pieces, each under its place in the file, after its row. @returns how many bytes there are */
const store = async (ctx: CoreContext, operationId: string, contentType: string, pieces: AsyncIterable<Bytes>) => {
  let size = 0
  for await (const piece of pieces) {
    const key = partKey(operationId, size)
    const now = ctx.clock.now()
    const [kept] = await keepPart(ctx.db, {
      operationId,
      key,
      kind: 'bulk',
      now,
      dropAfter: addSeconds(now, keptSeconds),
    })
    if (!kept) throw notFound()
    await ctx.blobs.put(key, piece, contentType)
    size += piece.length
  }
  return size
}

/**
 * Takes the file of an import, of which no more than a piece is ever in memory, and queues the work. For verbs that have
 * asked who may. Throws `malformed-request`, `blobs-unavailable`, what `pieces` throw, and `not-found` if it is cancelled
 * meanwhile. Whatever is thrown, the import is over then and its file goes.
 * @param pieces of the file; all but the last are of one size
 */
export async function receiveImport(
  ctx: CoreContext,
  { format, dryRun }: ImportQuery,
  requestedBy: string | null,
  pieces: AsyncIterable<Bytes>,
): Promise<OperationAnswer> {
  const operationId = ctx.ids.next()
  await receiveOperation(ctx.db, {
    ...eventValues(ctx),
    operationId,
    kind: 'import',
    isDryRun: dryRun,
    options: JSON.stringify({ format }),
    requestedBy,
  })
  try {
    const bytes = await store(ctx, operationId, mediaTypes[format], pieces)
    if (bytes === 0) throw malformedRequest({ detail: 'The file is empty.' })
    const values = { ...eventValues(ctx), operationId, bytes: String(bytes), jobId: ctx.ids.next() }
    const [operation] = await queueOperation(ctx.db, values)
    if (!operation) throw notFound()
    return { operation: toOperation(operation) }
  } catch (error) {
    await failOperation(ctx.db, { ...eventValues(ctx), operationId, failure: 'upload_failed' }).catch(() => {})
    throw error
  }
}
