import { type SQL, sql } from 'drizzle-orm'
import { type Placeholders, statement } from '#db/statement'
import { voidAllTokens } from '../accounts/fragments'
import { recordEvent } from '../audit/fragments'
import { forgetPasskeyChallenges } from '../authenticators/fragments'
import { voidExports } from '../data-rights/closing-fragments'
import { forgetChallenges, forgetTrust } from '../sessions/challenge-fragments'
import { endSessions } from '../sessions/fragments'
import { countFaulty, heldAt, keepFaults, moveOn, operationColumns, type PartValues } from './fragments'
import type { OperationRow } from './operation-contract'

type ChangeValues = PartValues & {
  /** The last account before the part, and of it. */
  after: string | null
  last: string | null
  /** JSON: whom it is about, with ids for what is recorded of them. */
  targets: string
  /** JSON: `{ row, pointer, code, message }` of those whom it leaves alone. */
  faults: string
  count: number
}

const begin = (value: Placeholders<ChangeValues>, columns: string): SQL => sql`
  held as (${heldAt(value, sql`last_user_id is not distinct from ${value.after}::uuid`)}),
  given as materialized (
    select given.* from held, jsonb_to_recordset(${value.targets}::text::jsonb) as given (${sql.raw(columns)})
  ),
  wrong as (
    select wrong.* from held,
      jsonb_to_recordset(${value.faults}::text::jsonb) as wrong (row integer, pointer text, code text, message text)
  ),
  kept as (${keepFaults(sql`wrong`)})`

const end = (value: Placeholders<ChangeValues>): SQL => sql`
  ${moveOn(value, {
    to: sql`last_user_id = ${value.last}::uuid`,
    count: sql`${value.count}::integer`,
    failed: countFaulty(sql`wrong`),
    keepsFileSeconds: 0,
  })}
  select ${operationColumns('moved')} from moved`

/**
 * Commits a part of an update, once. No row: it is done, or the operation is over.
 * @param changes JSON: what all of them get; null clears. Attributes come with each target, whole.
 */
export const updatePart = statement<ChangeValues & { changes: string; attributesVersion: number }, OperationRow>(
  'updatePart',
  (value) => {
    const changed = (column: string, member = column) => sql`${sql.identifier(column)} = case
      when change.members ? ${sql.raw(`'${member}'`)} then change.members ->> ${sql.raw(`'${member}'`)}
      else "user".${sql.identifier(column)} end`
    const texts = ['name', 'bio', 'phone', 'locale', 'website'].map((column) => changed(column))
    return sql`
  with ${begin(value, 'id uuid, "eventId" uuid, attributes jsonb')},
  change as (select ${value.changes}::text::jsonb as members),
  person as (
    update "user" set ${sql.join([...texts, changed('time_zone', 'timeZone')], sql`, `)},
      address = case when change.members ? 'address' then null else "user".address end,
      attributes = coalesce(given.attributes, "user".attributes),
      attributes_version = case when given.attributes is null then "user".attributes_version
        else ${value.attributesVersion}::integer end,
      updated_at = ${value.now}::timestamptz
    from given, change where "user".id = given.id
    returning "user".id, given."eventId"
  ),
  event as (${recordEvent(value, {
    type: 'account.updated',
    id: sql`person."eventId"`,
    from: sql`person`,
    userId: sql`person.id`,
    data: { fields: sql`(select jsonb_agg(field) from change, jsonb_object_keys(change.members) field)` },
  })}),
  ${end(value)}`
  },
)

/**
 * Commits a part of a deletion, once: the accounts are closed, nothing opens a door of theirs any more, and they are erased
 * when it is due. No row: it is done, or the operation is over.
 */
export const deletePart = statement<ChangeValues & { dueAt: Date }, OperationRow>('deletePart', (value) => {
  const closed = sql`closed`
  return sql`
  with ${begin(value, 'id uuid, "eventId" uuid, "endedEventId" uuid, "erasureId" uuid')},
  closed as (
    update "user" set closed_at = ${value.now}::timestamptz, updated_at = ${value.now}::timestamptz from given
    where "user".id = given.id and "user".closed_at is null
    returning "user".id, given."eventId", given."endedEventId", given."erasureId"
  ),
  voided as (${voidAllTokens(closed)}),
  waiting as (${forgetChallenges(closed)}),
  signing as (${forgetPasskeyChallenges(closed)}),
  distrusted as (${forgetTrust(closed)}),
  ended_sessions as (${endSessions(value, {
    owner: sql`(
      select shut.id from closed shut, (select count(*) from voided) first, (select count(*) from waiting) second,
        (select count(*) from signing) third, (select count(*) from distrusted) fourth
    )`,
    keep: sql`null`,
    because: sql`'account_closed'`,
  })}),
  ended_event as (${recordEvent(value, {
    type: 'session.ended',
    id: sql`counted.id`,
    from: sql`(
      select closed."endedEventId" as id, closed.id as user_id, count(*) as count
      from ended_sessions join closed on closed.id = ended_sessions.user_id group by 1, 2
    ) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql`'account_closed'`, count: sql`counted.count` },
  })}),
  ${voidExports(value, closed)},
  to_erase as (
    insert into erasure (id, user_id, requested_at, due_at)
    select closed."erasureId", closed.id, ${value.now}::timestamptz, ${value.dueAt}::timestamptz from closed
  ),
  event as (${recordEvent(value, {
    type: 'account.deleted',
    id: sql`closed."eventId"`,
    from: closed,
    userId: sql`closed.id`,
    data: {},
  })}),
  ${end(value)}`
})
