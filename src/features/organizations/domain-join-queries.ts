import { sql } from 'drizzle-orm'
import { isOpen } from '#db/live-session'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'

/**
 * Makes people members of the organization that proved the domain of their own proved address and lets such people join.
 * Both are held until the end: an address or a domain that changes hands meanwhile is waited for, and what counts is how they
 * stand then. It goes by the domain, so it runs in no tenant. Returns who joined.
 * @param value `people` is a JSON list of `{ userId, eventId }`
 */
export const joinByAddress = statement<EventValues & { people: string }, { userId: string }>(
  'joinByAddress',
  (value) => sql`
  with asked as (
    select * from jsonb_to_recordset(${value.people}::text::jsonb) as asked("userId" uuid, "eventId" uuid)
  ),
  person as (
    select person.id, split_part(person.email, '@', 2) as domain, asked."eventId" as event_id
    from "user" person join asked on asked."userId" = person.id
    where person.email_verified_at is not null and ${isOpen('person')}
    order by person.id for key share of person
  ),
  domain as (
    select known.organization_id, known.domain, known.auto_join_role as role from organization_domain known
    where known.domain = any(array(select person.domain from person)) and known.verified_at is not null
      and known.auto_join_role is not null and known.auto_join_role <> 'owner'
    for share
  ),
  joining as (
    select domain.organization_id, domain.role, person.id, person.event_id
    from person join domain on domain.domain = person.domain
    where domain.role in ('admin', 'member') or exists (
      select 1 from organization_role own where own.organization_id = domain.organization_id and own.name = domain.role
    )
  ),
  joined as (
    insert into organization_member (organization_id, user_id, role, joined_by, joined_at)
    select organization_id, id, role, 'domain', ${value.now}::timestamptz from joining
    on conflict do nothing
    returning *
  ),
  event as (${recordEvent(value, {
    type: 'member.joined',
    id: sql`joining.event_id`,
    from: sql`joined join joining on joining.id = joined.user_id`,
    userId: sql`joined.user_id`,
    data: { organizationId: sql`joined.organization_id`, by: sql`'domain'`, role: sql`joined.role` },
  })})
  select user_id as "userId" from joined`,
)

/** People after `after`, by their ids, who proved an address of a domain that lets them join, and are no members yet. */
export const listJoining = statement<{ domainId: string; after: string; limit: number }, { id: string }>(
  'listJoining',
  (value) => sql`
  with domain as (
    select organization_id, '%@' || domain as pattern from organization_domain
    where id = ${value.domainId}::uuid and verified_at is not null and auto_join_role is not null
  ),
  person as materialized (
    select person.id, domain.organization_id from domain, "user" person
    where person.email like domain.pattern and person.email_verified_at is not null and ${isOpen('person')}
  )
  select person.id from person
  where person.id > ${value.after}::uuid and not exists (
    select 1 from organization_member member
    where member.organization_id = person.organization_id and member.user_id = person.id
  )
  order by person.id limit ${value.limit}::integer`,
)
