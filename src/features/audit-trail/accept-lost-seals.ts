import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { type Checkpoint, Retention } from './contract'
import { recordLostSeals } from './lost-seal-queries'
import { readCheckpoint } from './read-checkpoint'
import { checkpointKeys, lostCheckpointKey } from './seal-names'
import { findNewestSeal } from './seal-queries'
import { writeCheckpoint } from './write-checkpoint'

/** Seals that the blob store knows and the database does not. */
export interface LostSeals {
  retention: Retention
  /** The last one that the database has; 0 if it has none. */
  kept: number
  lost: number
}

const encoder = new TextEncoder()

const setAside = async (ctx: JobContext, checkpoint: Checkpoint): Promise<void> => {
  const { retention, number } = checkpoint
  const bytes = encoder.encode(JSON.stringify(checkpoint))
  await ctx.blobs.put(lostCheckpointKey(retention, number), bytes, 'application/json')
  await ctx.blobs.delete([checkpointKeys(retention, '').newest])
}

/**
 * After the database was put back to an earlier state: lets the chain of seals go on from there. Checkpoints that are further
 * on are kept under another name, as evidence, and the record says which seals it lost. For the operator; twice is once.
 */
export async function acceptLostSeals(ctx: JobContext): Promise<LostSeals[]> {
  const accepted: LostSeals[] = []
  for (const retention of Retention.options) {
    const checkpoint = await readCheckpoint(ctx, retention)
    const [newest] = await findNewestSeal(ctx.db, { retention })
    const [kept, lost] = [newest?.number ?? 0, checkpoint?.number ?? 0]
    if (checkpoint && lost > kept) {
      await recordLostSeals(ctx.db, { ...eventValues(ctx), retention, kept, lost })
      await setAside(ctx, checkpoint)
      accepted.push({ retention, kept, lost })
    }
    if (newest) await writeCheckpoint(ctx, newest)
  }
  return accepted
}
