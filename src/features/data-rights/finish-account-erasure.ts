import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { signRecord } from '../sessions/sign-record'
import type { ErasureRow } from './contract'
import { deleteJobsNaming, finishErasure, holdErasure, listBlobKeys } from './erasing-queries'
import type { PersonValues } from './fragments'
import { eraseRows } from './person-queries'

/** `typ` of a receipt. */
const receiptType = 'postern-erasure+jws'

/** Far more than can have come up since the last step. */
const mostRows = 100_000

/** What was erased, by store: counts of the flat names that the steps noted. */
const toStores = (counts: Record<string, number>) => {
  const { jobs = 0, blobs = 0, counters = 0, mails: _, ...tables } = counts
  const rows = Object.entries(tables).map(([name, count]): [string, number] => [name.replace('database/', ''), count])
  return { database: Object.fromEntries(rows), queue: { jobs }, blobs: { blobs }, limits: { counters } }
}

/**
 * Erases the account itself, with whatever came up since the steps before, and keeps the receipt: all of it or nothing. A
 * blob or a job that came up sends it back to the first step.
 */
export async function finishAccountErasure(
  ctx: JobContext,
  { id: erasureId, userId, requestedAt }: ErasureRow,
  person: PersonValues,
  { names, tables }: { names: string; tables: string[] },
): Promise<JobOutcome> {
  return ctx.db.transaction(async (db): Promise<JobOutcome> => {
    const [held] = await holdErasure(db, { erasureId })
    if (!held) return completed
    const [jobs] = await deleteJobsNaming(db, { erasureId, names })
    const blobs = await listBlobKeys(db, { userId, limit: 1 })
    if ((jobs && jobs.underWay > 0) || blobs.length > 0) {
      return { state: 'deferred', reason: 'Something of the account came up meanwhile.', retryAfterSeconds: null }
    }
    for (const table of tables) await eraseRows(table)(db, { ...person, erasureId, limit: mostRows })
    const [erased] = await holdErasure(db, { erasureId })
    const event = eventValues(ctx)
    const record = {
      version: 1,
      iss: ctx.config.BASE_URL,
      erasureId,
      accountId: userId,
      requestedAt: requestedAt.toISOString(),
      finishedAt: event.now.toISOString(),
      stores: toStores(erased?.counts ?? {}),
    }
    const receipt = await signRecord({ ...ctx, db }, receiptType, JSON.stringify(record))
    await finishErasure(db, { ...event, erasureId, userId, receipt })
    return completed
  })
}
