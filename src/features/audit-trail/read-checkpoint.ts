import type { CorePlatform } from '#core/platform'
import { Checkpoint, type Retention } from './contract'
import { checkpointKeys } from './seal-names'

/** The newest seal of a retention that the blob store knows; undefined where there is none. Throws `blobs-unavailable`. */
export async function readCheckpoint(
  ctx: Pick<CorePlatform, 'blobs'>,
  retention: Retention,
): Promise<Checkpoint | undefined> {
  const blob = await ctx.blobs.get(checkpointKeys(retention, '').newest)
  return blob && Checkpoint.parse(await new Response(blob.body).json())
}
