import type { CoreContext, JobContext } from '#core/context'
import { completed, type JobOutcome } from '../jobs/contract'
import { signStatement } from '../sessions/sign-record'
import { advanceHorizon } from './advance-horizon'
import type { AuditRecord, Retention, SealClaims } from './contract'
import { digestOf, joinLeaves, rootOf } from './merkle-tree'
import { monthOf } from './month-of'
import { recordLeaf } from './record-leaf'
import { retentions, sealType } from './seal-names'
import { findNewestSeal, findNextPosition, insertSeal, listRecordsToSeal, type SealRow } from './seal-queries'
import { toAuditRecord } from './to-audit-record'
import { writeCheckpoint } from './write-checkpoint'

const mostRecords = 4096
/** Positions of other retentions lie between. */
const positionsAtOnce = 4 * mostRecords

type Placed = AuditRecord & { position: number }

/** Those from the first that belong to its month: a month goes as a whole one day, and its seals with it. */
const ofOneMonth = (records: Placed[]): Placed[] => {
  const month = records[0] && monthOf(records[0].id)
  const end = records.findIndex(({ id }) => monthOf(id) !== month)
  return end === -1 ? records : records.slice(0, end)
}

/** What a seal carries of its key: the members that its thumbprint is made of (RFC 7638). */
const sealingKeyOf = ({ kty, crv, x, y }: Record<string, string>) => ({ kty, crv, x, ...(y !== undefined && { y }) })

/** Seals the next records of a retention, of which there are some. Undefined when another worker did, or no key signs yet. */
const sealNext = async (
  ctx: CoreContext,
  retention: Retention,
  records: Placed[],
  before: SealRow | undefined,
): Promise<SealRow | undefined> => {
  const [first, last] = [records.at(0), records.at(-1)]
  if (!first || !last) return undefined
  const leaves = records.map(recordLeaf)
  const joined = joinLeaves(leaves)
  const now = ctx.clock.now()
  const number = (before?.number ?? 0) + 1
  const claims: Omit<SealClaims, 'jwk'> = {
    iss: ctx.config.BASE_URL,
    retention,
    number,
    month: monthOf(first.id),
    firstPosition: first.position,
    lastPosition: last.position,
    count: records.length,
    firstAt: first.occurredAt,
    lastAt: last.occurredAt,
    root: rootOf(leaves).toHex(),
    leavesDigest: digestOf(joined),
    previous: before ? digestOf(before.statement) : null,
    sealedAt: now.toISOString(),
  }
  const statement = await signStatement(ctx, sealType, (jwk) => JSON.stringify({ ...claims, jwk: sealingKeyOf(jwk) }))
  if (statement === undefined) return undefined
  const row = { retention, number, firstPosition: first.position, lastPosition: last.position, statement }
  const [inserted] = await insertSeal(ctx.db, { ...row, leaves: joined, now })
  return inserted && { ...row, sealedAt: now }
}

const sealRetention = async (ctx: JobContext, retention: Retention, upTo: number): Promise<void> => {
  let [newest] = await findNewestSeal(ctx.db, { retention })
  for (;;) {
    const [next] = await findNextPosition(ctx.db, { retention, upTo, after: newest?.lastPosition ?? 0 })
    if (!next) break
    // A bounded range: a plan that is made once for all ranges knows nothing of how far one goes.
    const range = { after: next.position - 1, upTo: Math.min(upTo, next.position + positionsAtOnce) }
    const rows = await listRecordsToSeal(ctx.db, { retention, ...range, limit: mostRecords })
    const sealed = await sealNext(
      ctx,
      retention,
      ofOneMonth(rows.map((row) => ({ ...toAuditRecord(row), position: row.position }))),
      newest,
    )
    if (!sealed) break
    newest = sealed
  }
  if (newest) await writeCheckpoint(ctx, newest)
}

/**
 * Seals what was recorded since the last time and is complete, in batches, and leaves a checkpoint in the blob store. May be
 * killed anywhere and be worked by many at once: a seal is made once, after the one before it.
 */
export async function sealAuditRecord(ctx: JobContext): Promise<JobOutcome> {
  const upTo = await advanceHorizon(ctx)
  for (const retention of retentions) await sealRetention(ctx, retention, upTo)
  return completed
}
