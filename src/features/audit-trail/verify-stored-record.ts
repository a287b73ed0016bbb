import type { CoreContext } from '#core/context'
import { type Checkpoint, Retention, type TrailVerification } from './contract'
import { findHorizon } from './horizon-queries'
import { listSealingKeys } from './list-sealing-keys'
import { readCheckpoint } from './read-checkpoint'
import { readRecordsBefore } from './read-records-before'
import { readTrail } from './read-trail'
import { beginVerification, endVerification, takeRecord, takeSeal, type Verifier } from './record-verifier'
import { thumbprintOf } from './seal-statement'
import { toAuditRecord } from './to-audit-record'

type Show = (count: number) => void

const verifyRecordsBefore = async (ctx: CoreContext, verifier: Verifier, show: Show): Promise<void> => {
  for await (const page of readRecordsBefore(ctx)) {
    for (const row of page) takeRecord(verifier, toAuditRecord(row), row.personalState)
    show(page.length)
  }
}

const verifyRetention = async (ctx: CoreContext, verifier: Verifier, retention: Retention, show: Show) => {
  for await (const step of readTrail(ctx, retention)) {
    if ('seal' in step) await takeSeal(verifier, step.seal)
    else {
      for (const row of step.records) takeRecord(verifier, toAuditRecord(row), row.personalState)
      show(step.records.length)
    }
  }
}

/** The newest seals that the blob store knows. */
const ownCheckpoints = async (ctx: CoreContext): Promise<Checkpoint[]> => {
  const found = await Promise.all(Retention.options.map((retention) => readCheckpoint(ctx, retention)))
  return found.filter((checkpoint) => checkpoint !== undefined)
}

/**
 * Verifies the whole record in the database: each record against its seal, each seal against its key and the one before it,
 * and the last one against its checkpoint. For the operator.
 * @param given thumbprints to trust instead of the keys of the database, and checkpoints instead of those of the blob store
 * @param show is told how many were looked at, and of how many
 */
export async function verifyStoredRecord(
  ctx: CoreContext,
  given: { keys?: readonly string[] | undefined; checkpoints?: readonly Checkpoint[] | undefined } = {},
  show: (count: number, total: number) => void = () => {},
): Promise<TrailVerification> {
  // The checkpoints first: seals that are made meanwhile do no harm.
  const checkpoints = given.checkpoints ?? (await ownCheckpoints(ctx))
  const trust = {
    issuer: ctx.config.BASE_URL,
    keys: new Set(given.keys ?? (await listSealingKeys(ctx)).map(thumbprintOf)),
  }
  // Nearly: some positions are never used.
  const [horizon] = await findHorizon(ctx.db, {})
  const verifier = beginVerification(trust, checkpoints)
  let looked = 0
  const showMore = (count: number) => {
    looked += count
    show(looked, horizon?.lastPosition ?? 0)
  }
  await verifyRecordsBefore(ctx, verifier, showMore)
  for (const retention of Retention.options) await verifyRetention(ctx, verifier, retention, showMore)
  return endVerification(verifier)
}
