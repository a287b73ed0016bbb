import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { addSeconds } from '../sessions/new-session'
import { exportPart } from './export-queries'
import { keepPart } from './file-queries'
import type { OperationRow } from './operation-contract'
import { partKey } from './part-key'
import { partValues } from './part-values'

/** How long a file is there to be fetched. */
export const fileSeconds = 86_400

export interface ExportedPart {
  /** What it adds to the file. */
  text: string
  mediaType: string
  /** How many rows are in it. */
  count: number
  /** The last account or record that it came to, whether or not it is in it. */
  lastId: string | null
  isLast: boolean
}

/**
 * Puts a part of the file of an export into the store, and commits it with how far the export is. Undefined: another worker
 * has done the part, or the export is over. Throws `blobs-unavailable`.
 */
export async function writeExportPart(
  ctx: JobContext,
  operation: OperationRow,
  { text, mediaType, count, lastId, isLast }: ExportedPart,
  isLastOfRun: boolean,
): Promise<OperationRow | undefined> {
  const { id: operationId, byteOffset, lastUserId } = operation
  const event = eventValues(ctx)
  const bytes = new TextEncoder().encode(text)
  const key = bytes.length > 0 ? partKey(operationId, byteOffset, ctx.ids.next()) : null
  const dropAfter = addSeconds(event.now, fileSeconds)
  if (key !== null) {
    const [kept] = await keepPart(ctx.db, { operationId, key, kind: 'draft', now: event.now, dropAfter })
    if (!kept) return undefined
    await ctx.blobs.put(key, bytes, mediaType)
  }
  const [moved] = await exportPart(ctx.db, {
    ...event,
    ...partValues(ctx, operation, { isLast, isLastOfRun }),
    from: String(byteOffset),
    to: String(byteOffset + bytes.length),
    lastUserIdBefore: lastUserId,
    key,
    lastUserId: lastId ?? lastUserId,
    count,
    dropAfter,
  })
  return moved
}
