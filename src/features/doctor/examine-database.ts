import type { CoreContext } from '#core/context'
import { schemaVersion } from '#db/schema-version'
import type { DatabaseFacts } from './contract'
import { describeConnection, describeRole, findNewestMigration, readDatabaseClock } from './queries'

/** Zero where no migration ever was; what else is wrong with the database, the other statements find. */
const findVersion = async (ctx: CoreContext): Promise<number> => {
  try {
    return (await findNewestMigration(ctx.db, {}))[0]?.version ?? 0
  } catch {
    return 0
  }
}

/** How far the database is ahead of us, as far as the time that the question took leaves no other answer. */
const measureSkew = async ({ db, clock }: CoreContext): Promise<number> => {
  const asked = clock.now().getTime()
  const [{ milliseconds } = { milliseconds: asked }] = await readDatabaseClock(db, {})
  const answered = clock.now().getTime()
  if (milliseconds > answered) return milliseconds - answered
  return milliseconds < asked ? milliseconds - asked : 0
}

/** What the database is to us: its clock, its schema, our rights. Throws when it does not answer. */
export async function examineDatabase(ctx: CoreContext): Promise<DatabaseFacts> {
  const skewMilliseconds = await measureSkew(ctx)
  const [role] = await describeRole(ctx.db, {})
  const [connection] = await describeConnection(ctx.db, {})
  if (!role || !connection) throw new Error('The database does not know who asks.')
  return {
    ...role,
    ...connection,
    skewMilliseconds,
    appliedVersion: await findVersion(ctx),
    knownVersion: schemaVersion,
  }
}
