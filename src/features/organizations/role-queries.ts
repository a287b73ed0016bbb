import { type SQL, sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { RoleRow } from './role-contract'

type Tenant = { organizationId: string }
type OfRole = Tenant & { name: string }

const columns = (relation: string): SQL =>
  sql.raw(['name', 'description', 'permissions'].map((column) => `${relation}.${column}`).join(', '))

/** The roles of an organization's own, by name. */
export const listRoleRows = statement<Tenant, RoleRow>(
  'listRoleRows',
  (value) => sql`
  select ${columns('organization_role')} from organization_role
  where organization_id = ${value.organizationId}::uuid order by name`,
)

export const findRoleRow = statement<OfRole, RoleRow>(
  'findRoleRow',
  (value) => sql`
  select ${columns('organization_role')} from organization_role
  where organization_id = ${value.organizationId}::uuid and name = ${value.name}::text`,
)

/** Makes a role. No row: there is one with the name. `permissions` is a JSON list. */
export const insertRole = statement<EventValues & OfRole & { description: string; permissions: string }, RoleRow>(
  'insertRole',
  (value) => sql`
  with created as (
    insert into organization_role (organization_id, name, description, permissions, created_at, updated_at)
    values (${value.organizationId}::uuid, ${value.name}::text, ${value.description}::text,
      ${value.permissions}::text::jsonb, ${value.now}::timestamptz, ${value.now}::timestamptz)
    on conflict (organization_id, name) do nothing
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'organization_role.created',
    from: sql`created`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`created.organization_id`, name: sql`created.name` },
  })})
  select ${columns('created')} from created`,
)

/** Changes a role; null leaves a value as it is. */
export const changeRole = statement<
  EventValues & OfRole & { description: string | null; permissions: string | null },
  RoleRow
>(
  'changeRole',
  (value) => sql`
  with changed as (
    update organization_role set
      description = coalesce(${value.description}::text, description),
      permissions = coalesce(${value.permissions}::text::jsonb, permissions),
      updated_at = ${value.now}::timestamptz
    where organization_id = ${value.organizationId}::uuid and name = ${value.name}::text
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'organization_role.updated',
    from: sql`changed`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`changed.organization_id`, name: sql`changed.name` },
  })})
  select ${columns('changed')} from changed`,
)

/** Deletes a role that nobody has, is invited to, or gets by their domain. No row: somebody does. */
export const deleteUnusedRole = statement<EventValues & OfRole, { name: string }>('deleteUnusedRole', (value) => {
  const isOf = (column: string) => sql`
    organization_id = ${value.organizationId}::uuid and ${sql.raw(column)} = ${value.name}::text`
  return sql`
  with gone as (
    delete from organization_role
    where ${isOf('name')}
      and not exists (select 1 from organization_member where ${isOf('role')})
      and not exists (
        select 1 from invitation
        where ${isOf('role')} and accepted_at is null and revoked_at is null
          and expires_at > ${value.now}::timestamptz
      )
      and not exists (select 1 from organization_domain where ${isOf('auto_join_role')})
    returning organization_id, name
  ),
  event as (${recordEvent(value, {
    type: 'organization_role.deleted',
    from: sql`gone`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`gone.organization_id`, name: sql`gone.name` },
  })})
  select name from gone`
})
