import type { JobContext } from '#core/context'
import { describeError } from '#core/describe-error'
import { completed, type JobOutcome } from '../jobs/contract'
import { listOutdatedAttributes, replaceAttributes } from './migration-queries'
import { toCurrentAttributes } from './to-current-attributes'

const batch = 200
/** So many a run; the next one goes on where it ended, since what is done is not listed any more. */
const mostBatches = 50

/**
 * Writes everybody's attributes in the form of today, some at a time. Those whose step throws are told to the operator and
 * passed over; who changes their own meanwhile wins.
 */
export async function migrateAttributes(ctx: JobContext): Promise<JobOutcome> {
  const { profileSchema } = ctx
  let after: string | null = null
  for (let done = 0; done < mostBatches; done += 1) {
    const rows = await listOutdatedAttributes(ctx.db, { version: profileSchema.version, after, limit: batch })
    const migrated = rows.flatMap(({ id, version, ...stored }) => {
      try {
        return [{ id, version, attributes: toCurrentAttributes(profileSchema, stored) }]
      } catch (error) {
        ctx.log({ level: 'error', message: 'attributes can’t be migrated', userId: id, cause: describeError(error) })
        return []
      }
    })
    await replaceAttributes(ctx.db, { version: profileSchema.version, migrated: JSON.stringify(migrated) })
    after = rows.at(-1)?.id ?? null
    if (rows.length < batch) break
  }
  return completed
}
