import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import type { DomainRow } from './domain-contract'
import { domainColumns, enqueuePeople } from './domain-fragments'

/**
 * Makes a domain the organization's whose record DNS has, unless it is another one's, which is recorded. It looks at other
 * tenants, so it runs outside of this one. Of two who prove it at once one meets the index, and has to run it again.
 * No row: the claim is gone, or another one. `id` null: it is another organization's.
 */
export const proveDomain = statement<
  EventValues & { organizationId: string; domainId: string; challenge: string; refusedEventId: string; jobId: string },
  DomainRow | { id: null }
>(
  'proveDomain',
  (value) => sql`
  with claim as (
    select * from organization_domain
    where id = ${value.domainId}::uuid and organization_id = ${value.organizationId}::uuid
      and challenge = ${value.challenge}::text
  ),
  taken as (
    select claim.organization_id, claim.domain from claim where exists (
      select 1 from organization_domain holder
      where holder.domain = claim.domain and holder.verified_at is not null
        and holder.organization_id <> claim.organization_id
    )
  ),
  proved as (
    update organization_domain set verified_at = coalesce(organization_domain.verified_at, ${value.now}::timestamptz),
      checked_at = ${value.now}::timestamptz, missing_since = null
    from claim
    where organization_domain.id = claim.id and organization_domain.organization_id = ${value.organizationId}::uuid
      and not exists (select 1 from taken)
    returning organization_domain.*
  ),
  fresh as (select proved.* from proved, claim where claim.verified_at is null),
  event as (${recordEvent(value, {
    type: 'domain.verified',
    from: sql`fresh`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`fresh.organization_id`, domain: sql`fresh.domain` },
  })}),
  people as (${enqueuePeople(value, 'fresh')}),
  refused as (${recordEvent(value, {
    type: 'domain.refused',
    id: value.refusedEventId,
    from: sql`taken`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`taken.organization_id`, domain: sql`taken.domain`, reason: sql`'taken'` },
  })})
  select ${domainColumns('proved')} from claim left join proved on true`,
)

/** Records that DNS does not have the record of a claim. */
export const recordUnproved = statement<EventValues & { organizationId: string; domain: string }, never>(
  'recordUnproved',
  (value) =>
    recordEvent(value, {
      type: 'domain.refused',
      from: sql`(select ${value.domain}::text as domain) unproved`,
      userId: sql`null::uuid`,
      data: {
        organizationId: sql`${value.organizationId}::uuid`,
        domain: sql`unproved.domain`,
        reason: sql`'absent'`,
      },
    }),
)

/** A proved domain that is to be looked at again. */
export type DueDomain = Pick<DomainRow, 'id' | 'domain' | 'challenge'> & { checkedAt: Date }

/** Proved domains that were looked at before, the longest ago first, after one of them. */
export const listDueDomains = statement<
  { before: Date; afterCheckedAt: Date; afterId: string; limit: number },
  DueDomain
>(
  'listDueDomains',
  (value) => sql`
  select id, domain, challenge, checked_at as "checkedAt" from organization_domain
  where verified_at is not null and checked_at < ${value.before}::timestamptz
    and (checked_at, id) > (${value.afterCheckedAt}::timestamptz, ${value.afterId}::uuid)
  order by checked_at, id limit ${value.limit}::integer`,
)

/**
 * Keeps what DNS said of a proved domain, unless it was looked at meanwhile. One whose record is missing since before
 * `lapsesBefore` is the organization's no more.
 */
export const keepCheck = statement<
  EventValues & { domainId: string; seenAt: Date; isThere: boolean; lapsesBefore: Date },
  { isLapsed: boolean }
>(
  'keepCheck',
  (value) => sql`
  with checked as (
    update organization_domain set checked_at = ${value.now}::timestamptz,
      missing_since = case when ${value.isThere}::boolean then null
        else coalesce(missing_since, ${value.now}::timestamptz) end,
      verified_at = case when not ${value.isThere}::boolean and missing_since <= ${value.lapsesBefore}::timestamptz
        then null else verified_at end
    where id = ${value.domainId}::uuid and verified_at is not null and checked_at = ${value.seenAt}::timestamptz
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'domain.lapsed',
    from: sql`(select * from checked where verified_at is null) lapsed`,
    userId: sql`null::uuid`,
    data: { organizationId: sql`lapsed.organization_id`, domain: sql`lapsed.domain` },
  })})
  select verified_at is null as "isLapsed" from checked`,
)
