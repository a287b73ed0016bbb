import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import { type ShownValues, shownColumns, shownEvents } from '../audit/fragments'
import type { ActivityRow } from '../profiles/activity-contract'
import { userByEmail, userById } from '../profiles/fragments'

type OfSomebody = ActivityRow | { id: null }

/** The activity of the person in `target (id)`, newest first. No row: they are not there. One row of nulls: an empty page. */
const activityOf = (value: Placeholders<ShownValues>, target: SQL): SQL => sql`
  with target as (${target})
  select ${shownColumns('listed')}
  from target left join lateral (${shownEvents(value, sql`target.id`)}) listed on true
  order by listed.id desc`

export const listActivityById = statement<ShownValues & { targetId: string }, OfSomebody>('listActivityById', (value) =>
  activityOf(value, userById(sql`${value.targetId}::uuid`)),
)

export const listActivityByEmail = statement<ShownValues & { email: string }, OfSomebody>(
  'listActivityByEmail',
  (value) => activityOf(value, userByEmail(value.email)),
)
