import type { JobContext } from '#core/context'
import type { Checkpoint } from './contract'
import { checkpointKeys } from './seal-names'
import type { SealRow } from './seal-queries'

const encoder = new TextEncoder()

/**
 * Keeps the newest seal in the blob store, out of reach of who can change the database: once as the newest, once for the
 * day, which nothing replaces. One that is further on already stays.
 */
export async function writeCheckpoint(ctx: JobContext, { retention, number, statement }: SealRow): Promise<void> {
  const { newest, ofDay } = checkpointKeys(retention, ctx.clock.now().toISOString().slice(0, 10))
  const known = await ctx.blobs.get(newest)
  const last = known ? Number(Object(await new Response(known.body).json()).number) : 0
  if (last >= number) {
    if (last > number) ctx.log({ level: 'error', message: 'audit seals are missing', retention, number })
    return
  }
  const checkpoint: Checkpoint = { retention, number, statement }
  const bytes = encoder.encode(JSON.stringify(checkpoint))
  if (!(await ctx.blobs.head(ofDay))) await ctx.blobs.put(ofDay, bytes, 'application/json')
  await ctx.blobs.put(newest, bytes, 'application/json')
}
