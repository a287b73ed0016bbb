import { type SQL, sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { type Placeholders, statement } from '#db/statement'
import type { RoleRow } from '../access/contract'
import { lacksAnyOf, withdrawFromAll } from '../access/fragments'
import type { RoleValues } from '../access/role-values'
import type { EventValues } from '../audit/event-values'
import { idOfEach, recordEvent } from '../audit/fragments'
import { endImpersonations, recordEndedImpersonations } from '../sessions/fragments'

type Caller = { userId: string; sessionId: string }
type Changing = Caller & EventValues & RoleValues & { role: string }
/** `revokedEventId` and `endedEventId` make the ids of an event for each person. */
type Taking = Changing & { revokedEventId: string; endedEventId: string }

/** How somebody stands who changes a role. */
interface Standing {
  /** Whether they would go beyond what they may do themselves. */
  isAbove: boolean
}

const roleColumns = (relation: string): SQL =>
  sql.raw(
    ['name', 'description', 'permissions', 'created_at as "createdAt"', 'updated_at as "updatedAt"']
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

const recordOfRole = (
  value: Placeholders<Changing>,
  type: 'role.created' | 'role.updated' | 'role.deleted',
  from: SQL,
): SQL =>
  recordEvent(value, {
    type,
    from,
    userId: sql`null::uuid`,
    sessionId: value.sessionId,
    data: { name: sql`${value.role}::text` },
  })

/** Whoever lost the role with its name: each has it in their activity. */
const recordRevocations = (value: Placeholders<Taking>): SQL =>
  recordEvent(value, {
    type: 'role.revoked',
    id: idOfEach(value.revokedEventId, sql`lost.user_id`),
    from: sql`(select user_id from withdrawn where is_held) lost`,
    userId: sql`lost.user_id`,
    data: { role: sql`${value.role}::text` },
  })

/** Roles that operators made, in the order of their names, which is that of bytes. */
export const listRoleRows = statement<{ after: string; limit: number }, RoleRow>(
  'listRoleRows',
  (value) => sql`
  select ${roleColumns('role')} from role where role.name collate "C" > ${value.after}::text collate "C"
  order by role.name collate "C" limit ${value.limit}::integer`,
)

export const findRole = statement<{ role: string }, RoleRow>(
  'findRole',
  (value) => sql`select ${roleColumns('role')} from role where role.name = ${value.role}::text`,
)

/** Waits for grants of a role under way, and lets none begin until the transaction ends. */
export const lockRole = statement<{ role: string }, { name: string }>(
  'lockRole',
  (value) => sql`select name from role where name = ${value.role}::text for update`,
)

/**
 * Makes a role, unless the name is taken. It is nobody's: whoever held the name from before there was such a role loses it.
 * No row: the caller's session is over.
 */
export const insertRole = statement<
  Taking & { description: string; permissions: string },
  Standing & (RoleRow | { name: null })
>(
  'insertRole',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  asked as (
    select ${lacksAnyOf(value, sql`caller.user_id`, sql`${value.permissions}::text::jsonb || '["roles:write"]'::jsonb`)} as is_above
    from caller
  ),
  made as (
    insert into role (name, description, permissions, created_at, updated_at)
    select ${value.role}::text, ${value.description}::text, ${value.permissions}::text::jsonb,
      ${value.now}::timestamptz, ${value.now}::timestamptz
    from asked where not is_above
    on conflict do nothing
    returning *
  ),
  withdrawn as (${withdrawFromAll(value, sql`made`)}),
  event as (${recordOfRole(value, 'role.created', sql`made`)}),
  revoked_event as (${recordRevocations(value)})
  select asked.is_above as "isAbove", ${roleColumns('made')} from asked left join made on true`,
)

/**
 * Changes a role; what is null stays. What it allowed and is to allow must be within what the caller may, and what it is to
 * allow anew for good, as roles have no end. Holders who lose something act as nobody else from then on.
 * No row: the caller's session is over.
 */
export const changeRole = statement<
  Changing & { description: string | null; permissions: string | null; endedEventId: string },
  Standing & { isKnown: boolean } & (RoleRow | { name: null })
>(
  'changeRole',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  known as (
    select name, permissions, coalesce(${value.permissions}::text::jsonb, permissions) as next
    from role where name = ${value.role}::text for update
  ),
  asked as (
    select known.name, (
      ${lacksAnyOf(value, sql`caller.user_id`, sql`known.permissions || known.next || '["roles:write"]'::jsonb`)}
      or ${lacksAnyOf(value, sql`caller.user_id`, sql`known.next - array(select jsonb_array_elements_text(known.permissions))`, sql`null::timestamptz`)}
    ) as is_above, not known.next @> known.permissions as takes_away
    from caller, known
  ),
  changed as (
    update role set description = coalesce(${value.description}::text, role.description),
      permissions = coalesce(${value.permissions}::text::jsonb, role.permissions), updated_at = ${value.now}::timestamptz
    from asked where role.name = asked.name and not asked.is_above
    returning role.*
  ),
  ended as (${endImpersonations(
    value,
    sql`(select held.user_id from role_assignment held, changed, asked where held.role = changed.name and asked.takes_away)`,
  )}),
  event as (${recordOfRole(value, 'role.updated', sql`changed`)}),
  ended_event as (${recordEndedImpersonations(value)})
  select asked.name is not null as "isKnown", coalesce(asked.is_above, false) as "isAbove", ${roleColumns('changed')}
  from caller left join asked on true left join changed on true`,
)

/** Deletes a role that `lockRole` holds, and takes it from everybody. No row: the caller's session is over. */
export const deleteHeldRole = statement<Taking, Standing & { isKnown: boolean }>(
  'deleteHeldRole',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  asked as (
    select role.name, ${lacksAnyOf(value, sql`caller.user_id`, sql`role.permissions || '["roles:write"]'::jsonb`)} as is_above
    from caller, role where role.name = ${value.role}::text
  ),
  deleted as (
    delete from role using asked where role.name = asked.name and not asked.is_above returning role.name
  ),
  withdrawn as (${withdrawFromAll(value, sql`deleted`)}),
  ended as (${endImpersonations(value, sql`withdrawn`)}),
  event as (${recordOfRole(value, 'role.deleted', sql`deleted`)}),
  revoked_event as (${recordRevocations(value)}),
  ended_event as (${recordEndedImpersonations(value)})
  select asked.name is not null as "isKnown", coalesce(asked.is_above, false) as "isAbove"
  from caller left join asked on true`,
)
