import { type SQL, sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { ServiceAccountRow } from './contract'

/** Whose they are: an organization's or, where it is null, the platform's. */
type Of = { organizationId: string | null }

const columns = (relation: string): SQL =>
  sql.raw(
    ['id', 'organization_id as "organizationId"', 'name', 'permissions', 'created_at as "createdAt"']
      .concat('disabled_at as "disabledAt"')
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

const isOf = (value: { organizationId: SQL }): SQL =>
  sql`account.organization_id is not distinct from ${value.organizationId}::uuid`

export const listServiceAccountRows = statement<Of & { cursor: string | null; limit: number }, ServiceAccountRow>(
  'listServiceAccountRows',
  (value) => sql`
  select ${columns('account')} from service_account account
  where ${isOf(value)} and (${value.cursor}::uuid is null or account.id > ${value.cursor}::uuid)
  order by account.id limit ${value.limit}::integer`,
)

export const findServiceAccount = statement<Of & { id: string }, ServiceAccountRow>(
  'findServiceAccount',
  (value) => sql`
  select ${columns('account')} from service_account account where account.id = ${value.id}::uuid and ${isOf(value)}`,
)

export const insertServiceAccount = statement<
  EventValues & Of & { id: string; name: string; permissions: string; makerId: string | null },
  ServiceAccountRow
>(
  'insertServiceAccount',
  (value) => sql`
  with made as (
    insert into service_account (id, organization_id, name, permissions, created_by, created_at)
    values (${value.id}::uuid, ${value.organizationId}::uuid, ${value.name}::text, ${value.permissions}::text::jsonb,
      ${value.makerId}::uuid, ${value.now}::timestamptz)
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'service_account.created',
    from: sql`made`,
    userId: sql`null::uuid`,
    data: { serviceAccountId: sql`made.id`, organizationId: sql`made.organization_id` },
  })})
  select ${columns('made')} from made`,
)

/** Changes one. Where it is disabled, its keys and tokens are. No row: there is no such account. */
export const updateServiceAccountRow = statement<
  EventValues & Of & { id: string; name: string | null; permissions: string | null; isDisabled: boolean | null },
  ServiceAccountRow
>(
  'updateServiceAccountRow',
  (value) => sql`
  with changed as (
    update service_account account set name = coalesce(${value.name}::text, account.name),
      permissions = coalesce(${value.permissions}::text::jsonb, account.permissions),
      disabled_at = case ${value.isDisabled}::boolean
        when true then coalesce(account.disabled_at, ${value.now}::timestamptz)
        when false then null
        else account.disabled_at end
    where account.id = ${value.id}::uuid and ${isOf(value)}
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'service_account.updated',
    from: sql`changed`,
    userId: sql`null::uuid`,
    data: { serviceAccountId: sql`changed.id` },
  })})
  select ${columns('changed')} from changed`,
)

/** Deletes one with its keys. No row: there is no such account. */
export const deleteServiceAccountRow = statement<EventValues & Of & { id: string }, { id: string }>(
  'deleteServiceAccountRow',
  (value) => sql`
  with deleted as (
    delete from service_account account where account.id = ${value.id}::uuid and ${isOf(value)} returning id
  ),
  event as (${recordEvent(value, {
    type: 'service_account.deleted',
    from: sql`deleted`,
    userId: sql`null::uuid`,
    data: { serviceAccountId: sql`deleted.id` },
  })})
  select id from deleted`,
)
