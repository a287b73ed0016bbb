import { sql } from 'drizzle-orm'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { lockUser } from '../profiles/fragments'
import type { OrganizationRow } from './organization-contract'
import { organizationColumns, ownedWithOthers } from './organization-fragments'

type Caller = { userId: string; sessionId: string }
type Tenant = { organizationId: string }

/** Holds the caller until the transaction ends, so that their organizations are counted one after another. No row: their session is over. */
export const holdFounder = statement<Caller & { now: Date }, { isProved: boolean }>(
  'holdFounder',
  (value) => sql`
  with caller as (${liveCaller(value)}), held as (${lockUser(sql`(select user_id from caller)`)})
  select person.email_verified_at is not null as "isProved" from "user" person join held on held.id = person.id`,
)

/** How many organizations a person owns. */
export const countOwned = statement<{ userId: string }, { count: number }>(
  'countOwned',
  (value) => sql`
  select count(*)::integer as count from organization_member
  where user_id = ${value.userId}::uuid and role = 'owner'`,
)

/** Makes an organization, with its founder as the owner. No row: another one has the slug. */
export const insertOrganization = statement<
  EventValues & Caller & Tenant & { joinedEventId: string; slug: string; name: string },
  OrganizationRow
>(
  'insertOrganization',
  (value) => sql`
  with created as (
    insert into organization (id, slug, name, created_at, updated_at)
    values (${value.organizationId}::uuid, ${value.slug}::text, ${value.name}::text, ${value.now}::timestamptz,
      ${value.now}::timestamptz)
    on conflict (slug) do nothing
    returning *
  ),
  founder as (
    insert into organization_member (organization_id, user_id, role, joined_by, joined_at)
    select created.id, ${value.userId}::uuid, 'owner', 'creation', ${value.now}::timestamptz from created
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'organization.created',
    from: sql`created`,
    userId: sql`${value.userId}::uuid`,
    sessionId: value.sessionId,
    data: { organizationId: sql`created.id` },
  })}),
  joined_event as (${recordEvent(value, {
    type: 'member.joined',
    id: value.joinedEventId,
    from: sql`founder`,
    userId: sql`founder.user_id`,
    sessionId: value.sessionId,
    data: { organizationId: sql`founder.organization_id`, by: sql`founder.joined_by`, role: sql`founder.role` },
  })})
  select ${organizationColumns('created')} from created`,
)

/** The caller's organizations, newest first. No row: their session is over. A row of nulls: there is none. */
export const listOrganizationsOf = statement<
  Caller & { now: Date; before: string | null; limit: number },
  (OrganizationRow & { role: string }) | { id: null }
>(
  'listOrganizationsOf',
  (value) => sql`
  with caller as (${liveCaller(value)})
  select ${organizationColumns('listed')}, listed.role
  from caller left join lateral (
    select organization.*, membership.role
    from organization_member membership join organization on organization.id = membership.organization_id
    where membership.user_id = caller.user_id
      and organization.id < coalesce(${value.before}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    order by organization.id desc
    limit ${value.limit}::integer
  ) listed on true
  order by listed.id desc`,
)

export const findOrganization = statement<Tenant, OrganizationRow>(
  'findOrganization',
  (value) => sql`
  select ${organizationColumns('organization')} from organization where id = ${value.organizationId}::uuid`,
)

/** Whoever changes members, roles or invitations of an organization waits here for those who do. No row: there is none. */
export const holdOrganization = statement<Tenant, { id: string }>(
  'holdOrganization',
  (value) => sql`select id from organization where id = ${value.organizationId}::uuid for no key update`,
)

export const renameOrganization = statement<EventValues & Tenant & { name: string }, OrganizationRow>(
  'renameOrganization',
  (value) => sql`
  with renamed as (
    update organization set name = ${value.name}::text, updated_at = ${value.now}::timestamptz
    where id = ${value.organizationId}::uuid
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'organization.updated',
    from: sql`renamed`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`renamed.id`, fields: sql`'["name"]'::jsonb` },
  })})
  select ${organizationColumns('renamed')} from renamed`,
)

/** Deletes an organization with all that is its own. */
export const deleteOrganizationRow = statement<EventValues & Tenant, { id: string }>(
  'deleteOrganizationRow',
  (value) => sql`
  with gone as (
    delete from organization where id = ${value.organizationId}::uuid returning id
  ),
  event as (${recordEvent(value, {
    type: 'organization.deleted',
    from: sql`gone`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`gone.id` },
  })})
  select id from gone`,
)

/** Organizations that a person owns and others belong to. */
export const listOwnedWithOthers = statement<{ userId: string }, { organizationId: string }>(
  'listOwnedWithOthers',
  (value) => sql`
  select owned.organization_id as "organizationId" from (${ownedWithOthers(sql`${value.userId}::uuid`)}) owned
  order by owned.organization_id`,
)
