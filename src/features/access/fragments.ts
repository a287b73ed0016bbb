import { type SQL, sql } from 'drizzle-orm'
import { isWelcome } from '#db/live-session'
import type { Placeholders } from '#db/statement'
import type { RoleValues } from './role-values'
import type { SecondFactorPolicy } from './second-factor-policy'

type Asking = Placeholders<SecondFactorPolicy> & { now: SQL }
type Weighing = Placeholders<RoleValues> & { now: SQL }

/** Whether a person holds one of the roles that must have a second factor. */
export const mustByRole = (value: Asking, userId: SQL): SQL =>
  sql`holds_role(${userId}, ${value.secondFactorRoles}::text::jsonb, ${value.now}::timestamptz)`

/** Whether a person must have a second factor. */
export const mustHaveSecondFactor = (value: Asking, userId: SQL): SQL =>
  sql`(${value.secondFactorForAll}::boolean or ${mustByRole(value, userId)})`

/** Whether an assignment of `relation` counts: at the moment that it expires, it counts no more. */
export const isHeld = (value: { now: SQL }, relation: string): SQL =>
  sql`(${sql.raw(relation)}.expires_at is null or ${sql.raw(relation)}.expires_at > ${value.now}::timestamptz)`

/** The roles that a person holds: a `HeldRoleRow` each. */
export const heldRoles = (value: { now: SQL }, userId: SQL): SQL => sql`
  select held.role as name, held.created_at as "grantedAt", held.expires_at as "expiresAt"
  from role_assignment held where held.user_id = ${userId} and ${isHeld(value, 'held')}`

/** The role by a name, if operators made it, until the statement ends as it is: it waits for a change under way. */
export const holdRole = (name: SQL): SQL => sql`
  select known.name, known.permissions from role known where known.name = ${name}::text for share`

/** What a role allows, a JSON list; null if there is none by the name. @param custom the permissions of the one that operators made */
export const allowedByRole = (value: Weighing, name: SQL, custom: SQL): SQL =>
  sql`coalesce(${value.systemRoles}::text::jsonb -> ${name}, ${custom})`

const allowedByHeld = (value: Weighing, relation: string): SQL =>
  allowedByRole(
    value,
    sql.raw(`${relation}.role`),
    sql`(select known.permissions from role known where known.name = ${sql.raw(relation)}.role)`,
  )

/** What a person may do by the roles that they hold, a JSON list. */
export const allowedTo = (value: Weighing, userId: SQL): SQL => sql`(
  select coalesce(jsonb_agg(distinct each.allowed), '[]'::jsonb)
  from role_assignment theirs, jsonb_array_elements_text(${allowedByHeld(value, 'theirs')}) as each (allowed)
  where theirs.user_id = ${userId} and ${isHeld(value, 'theirs')})`

/**
 * Whether a person may not do all that a JSON list of permissions says. A permission that is declared no more counts for
 * nothing, and nobody lacks it.
 * @param until up to when they must hold each, as an expression of `timestamptz`; null is for good
 */
export const lacksAnyOf = (
  value: Weighing,
  userId: SQL,
  permissions: SQL,
  until = sql`${value.now}::timestamptz`,
): SQL => sql`
  exists (
    select from jsonb_array_elements_text(${permissions}) as each (wanted)
    where ${value.declared}::text::jsonb ? each.wanted and not exists (
      select from role_assignment own
      where own.user_id = ${userId} and ${isHeld(value, 'own')} and (own.expires_at is null or own.expires_at >= ${until})
        and ${allowedByHeld(value, 'own')} ? each.wanted
    ))`

/**
 * Whoever holds `admin`, and until when, if `role` is that one: nobody else can take it from them until the statement ends.
 */
export const holdAdmins = (value: { now: SQL; role: SQL }): SQL => sql`
  select held.user_id, coalesce(held.expires_at, 'infinity') as ends_at from role_assignment held
  where held.role = 'admin' and ${value.role}::text = 'admin' and ${isHeld(value, 'held')} and ${isWelcome(sql`held.user_id`)}
  order by held.user_id for update`

/**
 * Whether there would be no `admin` as long as there is one, if a person held the role until `endsAt` only.
 * @param admins what `holdAdmins` gave
 */
export const leavesNoAdmin = (admins: SQL, userId: SQL, endsAt: SQL): SQL => sql`
  coalesce((select max(ends_at) from ${admins} mine where mine.user_id = ${userId})
    > greatest((select max(ends_at) from ${admins} other where other.user_id <> ${userId}), ${endsAt}), false)`

/** The assignment of a role to the people in `owner (id)`, held until the statement ends. */
export const holdAssignment = (value: { role: SQL }, owner: SQL): SQL => sql`
  select held.user_id, held.expires_at from ${owner} owner, role_assignment held
  where held.user_id = owner.id and held.role = ${value.role}::text for update of held`

/**
 * Gives a role to the people in `owner (id)`, up to `expiresAt`. `is_new`: they did not hold it.
 * @param before what `holdAssignment` gave
 */
export const assignRole = (value: { role: SQL; now: SQL; expiresAt: SQL }, owner: SQL, before: SQL): SQL => sql`
  insert into role_assignment as held (user_id, role, created_at, expires_at)
  select owner.id, ${value.role}::text, ${value.now}::timestamptz, ${value.expiresAt}::timestamptz
  from ${owner} owner, (select count(*) from ${before}) first
  on conflict (user_id, role) do update set expires_at = excluded.expires_at,
    created_at = case when held.expires_at <= excluded.created_at then excluded.created_at else held.created_at end
  returning user_id, created_at, expires_at,
    held.xmax::text = '0' or exists (select from ${before} lapsed where lapsed.expires_at <= ${value.now}::timestamptz) as is_new`

/** Takes a role from the people in `owner (id)` who hold it. */
export const withdrawRole = (value: { role: SQL; now: SQL }, owner: SQL): SQL => sql`
  delete from role_assignment held using ${owner} owner
  where held.user_id = owner.id and held.role = ${value.role}::text and ${isHeld(value, 'held')}
  returning held.user_id`

/** Takes a role from everybody, as long as `source` has a row. `is_held`: it counted. */
export const withdrawFromAll = (value: { role: SQL; now: SQL }, source: SQL): SQL => sql`
  delete from role_assignment held using ${source} source where held.role = ${value.role}::text
  returning held.user_id, ${isHeld(value, 'held')} as is_held`
