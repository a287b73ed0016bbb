import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import { listParts } from './file-queries'
import type { OperationRow } from './operation-contract'
import { fileSeconds } from './write-export-part'

/**
 * The file of an export, part after part. For verbs that have asked who may. Throws `not-found` before it is finished and
 * once its time is over, and `blobs-unavailable` before anything of it is given.
 */
export async function readFileOf(
  ctx: CoreContext,
  { id, kind, state, finishedAt }: OperationRow,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const now = ctx.clock.now()
  const isThere = (kind === 'export' || kind === 'audit') && state === 'finished' && finishedAt
  if (!isThere || now.getTime() >= finishedAt.getTime() + fileSeconds * 1000) throw notFound()
  const keys = (await listParts(ctx.db, { operationId: id, now })).map(({ key }) => key)
  let next = 0
  const open = async () => {
    const key = keys[next]
    next += 1
    const blob = key === undefined ? undefined : await ctx.blobs.get(key)
    if (key !== undefined && !blob) throw notFound()
    return blob?.body.getReader()
  }
  let reader = await open()
  return new ReadableStream({
    pull: async (controller) => {
      for (;;) {
        if (!reader) return controller.close()
        const { value } = await reader.read()
        if (value) return controller.enqueue(value)
        reader = await open()
      }
    },
    cancel: (reason) => reader?.cancel(reason),
  })
}
