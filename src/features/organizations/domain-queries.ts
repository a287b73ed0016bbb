import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { DomainRow } from './domain-contract'
import { domainColumns, enqueuePeople } from './domain-fragments'

type Tenant = { organizationId: string }

const columns = domainColumns('organization_domain')

/** Adds a claim, for who holds the organization. One row always: without a domain, it is claimed already or, if `isFull`, there are too many. */
export const insertDomain = statement<
  EventValues &
    Tenant & { domainId: string; domain: string; challenge: string; autoJoinRole: string | null; most: number },
  (DomainRow & { isFull: boolean }) | { id: null; isFull: boolean }
>(
  'insertDomain',
  (value) => sql`
  with known as (
    select count(*) >= ${value.most}::integer as is_full from organization_domain
    where organization_id = ${value.organizationId}::uuid
  ),
  claimed as (
    insert into organization_domain (id, organization_id, domain, challenge, auto_join_role, created_at)
    select ${value.domainId}::uuid, ${value.organizationId}::uuid, ${value.domain}::text, ${value.challenge}::text,
      ${value.autoJoinRole}::text, ${value.now}::timestamptz
    from known where not known.is_full
    on conflict on constraint organization_domain_claim do nothing
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'domain.claimed',
    from: sql`claimed`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`claimed.organization_id`, domain: sql`claimed.domain` },
  })})
  select ${domainColumns('claimed')}, known.is_full as "isFull" from known left join claimed on true`,
)

/** The domains of an organization, oldest first. There are few. */
export const listDomainRows = statement<Tenant, DomainRow>(
  'listDomainRows',
  (value) => sql`
  select ${columns} from organization_domain where organization_id = ${value.organizationId}::uuid order by id`,
)

export const findDomain = statement<Tenant & { domainId: string }, DomainRow>(
  'findDomain',
  (value) => sql`
  select ${columns} from organization_domain
  where id = ${value.domainId}::uuid and organization_id = ${value.organizationId}::uuid`,
)

/** Says as what people join by a domain; those who have addresses of it already do too. */
export const updateAutoJoinRole = statement<
  EventValues & Tenant & { domainId: string; autoJoinRole: string | null; jobId: string },
  DomainRow
>(
  'updateAutoJoinRole',
  (value) => sql`
  with changed as (
    update organization_domain set auto_join_role = ${value.autoJoinRole}::text
    where id = ${value.domainId}::uuid and organization_id = ${value.organizationId}::uuid
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'organization.updated',
    from: sql`changed`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`changed.organization_id`, fields: sql`array['domains']` },
  })}),
  people as (${enqueuePeople(value, 'changed')})
  select ${domainColumns('changed')} from changed`,
)

/** Gives a domain up, once. */
export const deleteDomain = statement<EventValues & Tenant & { domainId: string }, { id: string }>(
  'deleteDomain',
  (value) => sql`
  with removed as (
    delete from organization_domain
    where id = ${value.domainId}::uuid and organization_id = ${value.organizationId}::uuid
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'domain.removed',
    from: sql`removed`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`removed.organization_id`, domain: sql`removed.domain` },
  })})
  select id from removed`,
)
