import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { OrganizationPolicies } from './organization-contract'

type Tenant = { organizationId: string }

const columns = sql.raw(
  'requires_second_factor as "requiresSecondFactor", allowed_methods as "allowedMethods", session_seconds as "sessionSeconds"',
)

export const findPolicies = statement<Tenant, OrganizationPolicies>(
  'findPolicies',
  (value) => sql`select ${columns} from organization where id = ${value.organizationId}::uuid`,
)

/** Replaces how members must log in; `allowedMethods` is JSON. It is recorded what became different. */
export const replacePolicies = statement<
  EventValues &
    Tenant & { requiresSecondFactor: boolean; allowedMethods: string | null; sessionSeconds: number | null },
  OrganizationPolicies
>('replacePolicies', (value) => {
  const next = {
    requires_second_factor: sql`${value.requiresSecondFactor}::boolean`,
    allowed_methods: sql`${value.allowedMethods}::text::jsonb`,
    session_seconds: sql`${value.sessionSeconds}::integer`,
  }
  const changed = (column: keyof typeof next, field: string) =>
    sql`case when before.${sql.raw(column)} is distinct from ${next[column]} then ${sql.raw(`'${field}'`)} end`
  return sql`
  with before as (select * from organization where id = ${value.organizationId}::uuid for no key update),
  replaced as (
    update organization set requires_second_factor = ${next.requires_second_factor},
      allowed_methods = ${next.allowed_methods}, session_seconds = ${next.session_seconds},
      updated_at = ${value.now}::timestamptz
    from before where organization.id = before.id
    returning organization.*, array_remove(array[
      ${changed('requires_second_factor', 'requiresSecondFactor')},
      ${changed('allowed_methods', 'allowedMethods')},
      ${changed('session_seconds', 'sessionSeconds')}
    ], null) as fields
  ),
  event as (${recordEvent(value, {
    type: 'organization.updated',
    from: sql`(select * from replaced where cardinality(fields) > 0) changed`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`changed.id`, fields: sql`changed.fields` },
  })})
  select ${columns} from replaced`
})
