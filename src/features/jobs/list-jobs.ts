import type { CoreContext } from '#core/context'
import type { JobRow } from './contract'
import { listJobRows } from './queries'

const most = 200

/** Jobs that wait, run or failed for good, oldest first; or the last of these only: the dead letters. */
export const listJobs = (ctx: CoreContext, { onlyDead }: { onlyDead: boolean }): Promise<JobRow[]> =>
  listJobRows(ctx.db, { onlyDead, limit: most })
