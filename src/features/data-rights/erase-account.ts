import type { JobContext } from '#core/context'
import { networkOf } from '#core/network'
import { hashToken } from '#core/secrets'
import { markedTables } from '#db/personal-data'
import { eventValues } from '../audit/event-values'
import { completed, type JobOutcome } from '../jobs/contract'
import { handOverOrganizations } from '../organizations/hand-over-organizations'
import type { ErasureRow } from './contract'
import { deleteBlobRows, deleteJobsNaming, eraseOwnedOrganization, listBlobKeys, noteErased } from './erasing-queries'
import { beginErasure } from './erasure-queries'
import { finishAccountErasure } from './finish-account-erasure'
import type { PersonValues } from './fragments'
import { eraseRows, findPersonFacts, type PersonFacts } from './person-queries'
import { personalCounters } from './personal-counters'
import { sendErasedMail } from './send-erased-mail'

const blobBatch = 100
const rowBatch = 1000
/** A job of theirs that is under way ends within its own time; then this goes on. */
const underWaySeconds = 15

/** What failures of theirs are counted by in `lockout`: their addresses, their account, and the devices they trust. */
const lockoutSubjectsOf = async (userId: string, { addresses, deviceIds }: PersonFacts): Promise<string[]> => {
  const hashes = await Promise.all(addresses.map(hashToken))
  const devices = deviceIds.map((id) => `device:${id}`)
  const own = [...hashes.map((hash) => `account:${hash}`), ...devices]
  return [...own, `second-factor:account:${userId}`, ...devices.map((device) => `second-factor:${device}`)]
}

const eraseBlobs = async (ctx: JobContext, { id, userId }: ErasureRow): Promise<void> => {
  for (;;) {
    const keys = (await listBlobKeys(ctx.db, { userId, limit: blobBatch })).map(({ key }) => key)
    if (keys.length === 0) return
    await ctx.blobs.delete(keys)
    await deleteBlobRows(ctx.db, { erasureId: id, keys: JSON.stringify(keys) })
  }
}

const eraseCounters = async (ctx: JobContext, { id, userId }: ErasureRow, facts: PersonFacts): Promise<void> => {
  const count = await ctx.counters.forget(
    personalCounters({
      userId,
      addresses: facts.addresses,
      networks: [...new Set(facts.ipAddresses.map(networkOf))],
      deviceSubjects: facts.deviceIds.map((deviceId) => `device:${deviceId}`),
    }),
  )
  await noteErased(ctx.db, { erasureId: id, part: 'counters', count })
}

/** Those that others belong to live on, with another owner. */
const eraseOrganizations = async (ctx: JobContext, { id: erasureId, userId }: ErasureRow): Promise<void> => {
  await handOverOrganizations(ctx, userId)
  for (;;) {
    const [gone] = await eraseOwnedOrganization(ctx.db, { ...eventValues(ctx), erasureId, userId })
    if (!gone) return
  }
}

/** What only an address or a hash leads to goes first, while the account still tells which; the account itself goes last. */
const tablesInOrder = (): string[] => {
  const erased = markedTables.filter(({ table, erasure }) => erasure !== 'keep' && table !== 'user')
  const isOfAccount = (marks: (typeof erased)[number]) => Number(marks.owner !== null && 'account' in marks.owner)
  return erased.toSorted((a, b) => isOfAccount(a) - isOfAccount(b)).map(({ table }) => table)
}

const eraseTables = async (ctx: JobContext, { id }: ErasureRow, person: PersonValues): Promise<void> => {
  for (const table of tablesInOrder()) {
    const values = { ...person, erasureId: id, limit: rowBatch }
    for (;;) {
      const [gone] = await eraseRows(table)(ctx.db, values)
      if (!gone || gone.count < rowBatch) break
    }
  }
}

/**
 * Erases an account whose grace period is over, in every store: its jobs, blobs and counters, then its rows, a table at a
 * time, and at last the account with what came up meanwhile, in one transaction with the receipt. Each step may be done
 * again, and what it has erased is noted in the statement that erases it, so that a worker that dies leaves nothing but
 * steps to be done. The last mail goes out before the address is gone, under the erasure's id as idempotency key.
 */
export async function eraseAccount(ctx: JobContext, { erasureId }: { erasureId: string }): Promise<JobOutcome> {
  const [erasure] = await beginErasure(ctx.db, { erasureId, now: ctx.clock.now() })
  if (!erasure) return completed
  const { userId } = erasure
  const [facts] = await findPersonFacts(ctx.db, { userId })
  if (!facts) return { state: 'rejected', reason: 'There is no such account.' }
  const names = JSON.stringify([userId, ...facts.addresses, ...facts.revocationIds])
  const [jobs] = await deleteJobsNaming(ctx.db, { erasureId, names })
  if (jobs && jobs.underWay > 0) {
    return { state: 'deferred', reason: 'A job of the account is under way.', retryAfterSeconds: underWaySeconds }
  }
  await eraseBlobs(ctx, erasure)
  await eraseCounters(ctx, erasure, facts)
  const mailed = await sendErasedMail(ctx, erasure, facts)
  if (mailed.state === 'deferred' && !ctx.job.isLastTry) return mailed
  const person: PersonValues = {
    userId,
    addresses: JSON.stringify(facts.addresses),
    lockoutSubjects: JSON.stringify(await lockoutSubjectsOf(userId, facts)),
  }
  await eraseOrganizations(ctx, erasure)
  await eraseTables(ctx, erasure, person)
  return finishAccountErasure(ctx, erasure, person, { names, tables: [...tablesInOrder(), 'user'] })
}
