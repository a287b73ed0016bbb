import type { CoreContext } from '#core/context'
import { readPages } from './read-pages'
import { listRecordsBefore, type UnplacedRecordRow } from './seal-queries'

const recordsAtOnce = 4096
const firstId = '00000000-0000-0000-0000-000000000000'

/** The records of builds that had no seals, by their ids, page by page. */
export const readRecordsBefore = (ctx: CoreContext): AsyncGenerator<UnplacedRecordRow[], undefined> =>
  readPages<UnplacedRecordRow>(
    (last) => listRecordsBefore(ctx.db, { afterId: last?.id ?? firstId, limit: recordsAtOnce }),
    recordsAtOnce,
  )
