import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import type { SecondFactorPolicy } from './second-factor-policy'

type Asking = Placeholders<SecondFactorPolicy> & { now: SQL }

/** Whether a person holds one of the roles that must have a second factor. */
export const mustByRole = (value: Asking, userId: SQL): SQL =>
  sql`holds_role(${userId}, ${value.secondFactorRoles}::text::jsonb, ${value.now}::timestamptz)`

/** Whether a person must have a second factor. */
export const mustHaveSecondFactor = (value: Asking, userId: SQL): SQL =>
  sql`(${value.secondFactorForAll}::boolean or ${mustByRole(value, userId)})`

/** Gives a role to the people in `owner (id)` who do not hold it. */
export const assignRole = (value: { role: SQL; now: SQL }, owner: SQL): SQL => sql`
  insert into role_assignment (user_id, role, created_at)
  select owner.id, ${value.role}::text, ${value.now}::timestamptz from ${owner} owner
  on conflict do nothing
  returning user_id`

/** Takes a role from the people in `owner (id)`. */
export const withdrawRole = (value: { role: SQL }, owner: SQL): SQL => sql`
  delete from role_assignment using ${owner} owner
  where role_assignment.user_id = owner.id and role_assignment.role = ${value.role}::text
  returning role_assignment.user_id`
