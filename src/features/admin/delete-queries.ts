import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { beginErasureOf, erasureColumns } from '../data-rights/closing-fragments'
import type { ErasureRow } from '../data-rights/contract'
import { closeAnyUser } from '../profiles/fragments'
import { unseenCause } from './account-fragments'

/** Closes an account as its owner would: see `beginErasureOf`. No row: it is closed already. */
export const closeAccountOf = statement<
  EventValues & { targetId: string; erasureId: string; dueAt: Date; endedEventId: string; jobId: string },
  ErasureRow
>(
  'closeAccountOf',
  (value) => sql`
  with closed as (${closeAnyUser(sql`(select ${value.targetId}::uuid as id)`, value.now)}),
  ${beginErasureOf(value, unseenCause(value))},
  event as (${recordEvent(value, {
    type: 'account.deleted',
    from: sql`kept`,
    userId: sql`kept.user_id`,
    data: {},
  })})
  select ${erasureColumns} from kept erasure`,
)
