import { type SQL, sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { type Placeholders, statement } from '#db/statement'
import type { HeldRoleRow } from '../access/contract'
import {
  allowedByRole,
  allowedTo,
  assignRole,
  heldRoles,
  holdAdmins,
  holdAssignment,
  holdRole,
  lacksAnyOf,
  leavesNoAdmin,
  withdrawRole,
} from '../access/fragments'
import type { RoleValues } from '../access/role-values'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { lockUser, userByEmail, userById } from '../profiles/fragments'
import { endImpersonations, endSessions, recordEndedImpersonations } from '../sessions/fragments'

type Caller = { userId: string; sessionId: string }
type OfRole = EventValues & RoleValues & { role: string; endedEventId: string }
type Granting = OfRole & { expiresAt: Date | null }

/** How somebody stands who gives or takes a role. */
interface Standing {
  /** Whether there is such a role. */
  isKnown: boolean
  /** Whether they would go beyond what they may do themselves. */
  isAbove: boolean
  /** Whether no `admin` would be left as long. */
  isLast: boolean
}

/** What the parts of a statement have in common that give the role to the people in `target (id)`, or take it. */
const grantParts = (value: Placeholders<Granting>): SQL => sql`
  before as (${holdAssignment(value, sql`target`)}),
  assigned as (${assignRole(value, sql`target`, sql`before`)}),
  ended as (${endSessions(value, {
    owner: sql`(select user_id as id from assigned where is_new)`,
    keep: sql`null`,
    because: sql`'role_granted'`,
  })}),
  event as (${recordEvent(value, {
    type: 'role.granted',
    from: sql`(
      select assigned.* from assigned left join before on true
      where assigned.is_new or assigned.expires_at is distinct from before.expires_at
    ) changed`,
    userId: sql`changed.user_id`,
    data: { role: sql`${value.role}::text`, expiresAt: sql`changed.expires_at` },
  })}),
  ended_event as (${recordEvent(value, {
    type: 'session.ended',
    id: value.endedEventId,
    from: sql`(select user_id, count(*) as count from ended group by user_id) counted`,
    userId: sql`counted.user_id`,
    data: { reason: sql`'role_granted'`, count: sql`counted.count` },
  })})`

const revokeParts = (value: Placeholders<OfRole>): SQL => sql`
  withdrawn as (${withdrawRole(value, sql`target`)}),
  ended as (${endImpersonations(value, sql`withdrawn`)}),
  event as (${recordEvent(value, {
    type: 'role.revoked',
    from: sql`withdrawn`,
    userId: sql`withdrawn.user_id`,
    data: { role: sql`${value.role}::text` },
  })}),
  ended_event as (${recordEndedImpersonations(value)})`

/**
 * How the caller stands to give a role to `targetId`, or to take it: `asked`, and `target` if they may. What the role
 * allows, and all that the other may do, must be within what the caller may.
 * @param until up to when they must hold it themselves
 * @param endsAt until when the other would hold the role
 */
const standingParts = (
  value: Placeholders<OfRole & Caller & { targetId: string }>,
  until: SQL,
  endsAt: SQL,
): SQL => sql`
  caller as (${liveCaller(value)}),
  person as (${lockUser(sql`${value.targetId}::uuid`)}),
  known as (${holdRole(value.role)}),
  rule as (
    select person.id, ${allowedByRole(value, sql`${value.role}::text`, sql`known.permissions`)} as permissions
    from person left join known on true
  ),
  admins as (${holdAdmins(value)}),
  asked as (
    select rule.id, rule.permissions is not null as is_known, (
      ${lacksAnyOf(value, sql`caller.user_id`, sql`rule.permissions`, until)}
      or ${lacksAnyOf(value, sql`caller.user_id`, sql`${allowedTo(value, sql`rule.id`)} || '["roles:assign"]'::jsonb`)}
    ) as is_above, ${leavesNoAdmin(sql`admins`, sql`rule.id`, endsAt)} as is_last
    from caller, rule
  ),
  target as (select id from asked where is_known and not is_above and not is_last)`

const standingColumns = sql`
  coalesce(asked.is_known, false) as "isKnown", coalesce(asked.is_above, false) as "isAbove",
  coalesce(asked.is_last, false) as "isLast"`

/** Gives a role to somebody, or changes until when they hold it. No row: the caller's session is over. */
export const grantRoleTo = statement<
  Granting & Caller & { targetId: string },
  Standing & { grantedAt: Date | null; expiresAt: Date | null }
>(
  'grantRoleTo',
  (value) => sql`
  with ${standingParts(value, sql`${value.expiresAt}::timestamptz`, sql`coalesce(${value.expiresAt}::timestamptz, 'infinity')`)},
  ${grantParts(value)}
  select ${standingColumns}, assigned.created_at as "grantedAt", assigned.expires_at as "expiresAt"
  from caller left join asked on true left join assigned on true`,
)

/** Takes a role from somebody. No row: the caller's session is over. */
export const revokeRoleFrom = statement<OfRole & Caller & { targetId: string }, Standing & { wasHeld: boolean }>(
  'revokeRoleFrom',
  (value) => sql`
  with ${standingParts(value, sql`${value.now}::timestamptz`, sql`'-infinity'::timestamptz`)},
  ${revokeParts(value)}
  select ${standingColumns}, exists (select from withdrawn) as "wasHeld"
  from caller left join asked on true`,
)

/** Gives a role to whoever has an address. No row: nobody has it. */
export const grantRoleByEmail = statement<Granting & { email: string }, { isKnown: boolean; isNew: boolean }>(
  'grantRoleByEmail',
  (value) => sql`
  with person as (${lockUser(sql`(select id from (${userByEmail(value.email)}) addressed)`)}),
  known as (${holdRole(value.role)}),
  asked as (
    select person.id, ${allowedByRole(value, sql`${value.role}::text`, sql`known.permissions`)} is not null as is_known
    from person left join known on true
  ),
  target as (select id from asked where is_known),
  ${grantParts(value)}
  select asked.is_known as "isKnown", exists (select from assigned where is_new) as "isNew" from asked`,
)

/** Takes a role from whoever has an address. No row: nobody has it. */
export const revokeRoleByEmail = statement<OfRole & { email: string }, { wasHeld: boolean }>(
  'revokeRoleByEmail',
  (value) => sql`
  with target as (${lockUser(sql`(select id from (${userByEmail(value.email)}) addressed)`)}),
  ${revokeParts(value)}
  select exists (select from withdrawn) as "wasHeld" from target`,
)

/** The roles that somebody holds; one of nulls where there are none. No row: there is no such person. */
export const listRolesHeldBy = statement<{ targetId: string; now: Date }, HeldRoleRow | { name: null }>(
  'listRolesHeldBy',
  (value) => sql`
  with person as (${userById(sql`${value.targetId}::uuid`)})
  select held.* from person left join lateral (${heldRoles(value, sql`person.id`)}) held on true
  order by held.name collate "C"`,
)
