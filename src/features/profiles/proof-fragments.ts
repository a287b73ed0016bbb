import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { enqueueJob } from '../jobs/fragments'

/**
 * Lets the person in `proved (id)`, whose address was just proved, into the organization whose domain it is of, if there is
 * one. It stands in every statement that proves an address.
 */
export const enqueueJoin = (value: Placeholders<EventValues & { joinJobId: string }>, proved: string): SQL =>
  enqueueJob(value, {
    queue: 'join-by-domain',
    id: value.joinJobId,
    from: sql.raw(proved),
    payload: { userId: sql.raw(`${proved}.id`) },
  })
