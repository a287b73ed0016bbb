import type { Context } from '#core/context'
import type { Database } from '#db/database'
import { withinTenant } from '#db/tenant'

/** Runs `work` where an organization's rows are all that can be seen of organizations, if it is about one. */
export const withinOwner = <Result>(
  ctx: Context,
  { organizationId }: { organizationId: string | null },
  work: (db: Database) => Promise<Result>,
): Promise<Result> => (organizationId === null ? work(ctx.db) : withinTenant(ctx.db, organizationId, work))
