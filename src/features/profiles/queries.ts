import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { UserRow } from './contract'
import { userById, userColumns } from './fragments'

type Caller = { userId: string; sessionId: string }

/** The caller's own row; none when their session has ended. */
export const findOwnUser = statement<Caller & { now: Date }, UserRow>(
  (value) => sql`
  with caller as (${liveCaller(value)}), person as (${userById(sql`(select user_id from caller)`)})
  select ${userColumns('person')} from person`,
)

/** Applies `changes`, a JSON object, to the caller's own row; none when their session has ended. */
export const updateOwnUser = statement<Caller & EventValues & { changes: string }, UserRow>((value) => {
  const changes = sql`${value.changes}::text::jsonb`
  const changed = (column: string, member = column) =>
    sql`${sql.identifier(column)} = case when ${changes} ? ${sql.raw(`'${member}'`)}
      then ${changes} ->> ${sql.raw(`'${member}'`)} else "user".${sql.identifier(column)} end`
  return sql`
  with caller as (${liveCaller(value)}),
  person as (
    update "user" set ${sql.join(
      [
        changed('name'),
        changed('bio'),
        changed('phone'),
        changed('locale'),
        changed('time_zone', 'timeZone'),
        changed('website'),
      ],
      sql`, `,
    )},
      address = case when ${changes} ? 'address' then nullif(${changes} -> 'address', 'null') else "user".address end,
      updated_at = ${value.now}::timestamptz
    from caller where "user".id = caller.user_id
    returning "user".*
  ),
  event as (${recordEvent(value, {
    type: 'profile.updated',
    from: sql`person`,
    userId: sql`person.id`,
    sessionId: value.sessionId,
    data: { fields: sql`(select jsonb_agg(field) from jsonb_object_keys(${changes}) field)` },
  })})
  select ${userColumns('person')} from person`
})
