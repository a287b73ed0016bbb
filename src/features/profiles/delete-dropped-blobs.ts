import type { JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { deleteBlobRows, listDroppedBlobs } from './blob-queries'

const batch = 100

/**
 * Deletes blobs that nobody uses any more, a few at a time, and then their rows: whoever is stopped in between does it
 * again. Throws `blobs-unavailable`.
 */
export async function deleteDroppedBlobs(ctx: JobContext): Promise<JobOutcome> {
  const now = ctx.clock.now()
  for (let found = batch; found >= batch; ) {
    const keys = (await listDroppedBlobs(ctx.db, { now, limit: batch })).map(({ key }) => key)
    found = keys.length
    if (found === 0) return completed
    await ctx.blobs.delete(keys)
    await deleteBlobRows(ctx.db, { now, keys: JSON.stringify(keys) })
  }
  return completed
}
