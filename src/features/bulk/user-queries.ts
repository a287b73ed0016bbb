import { type SQL, sql } from 'drizzle-orm'
import type { StoredAccess } from '#core/permissions'
import { isOpen } from '#db/live-session'
import { type Placeholders, statement } from '#db/statement'
import { ownedWithOthers } from '../organizations/organization-fragments'

/** @param filter JSON: a `UserFilter` */
type Filtered = { filter: string; now: Date }

/** Whether a filter, `wanted (f)`, means a person. */
const isMeant = (value: Placeholders<{ now: Date }>, person: string): SQL => {
  const column = (name: string) => sql.raw(`${person}.${name}`)
  return sql`
  ${column('closed_at')} is null
  and (not f ? 'emailDomain' or ${column('email')} like '%@' || replace(replace(f ->> 'emailDomain', '\\', ''), '_', '\\_'))
  and (not f ? 'emailVerified' or (${column('email_verified_at')} is not null) = (f ->> 'emailVerified')::boolean)
  and (not f ? 'banned' or (${column('banned_at')} is not null) = (f ->> 'banned')::boolean)
  and (not f ? 'createdAfter' or ${column('created_at')} >= (f ->> 'createdAfter')::timestamptz)
  and (not f ? 'createdBefore' or ${column('created_at')} < (f ->> 'createdBefore')::timestamptz)
  and (not f ? 'role' or exists (
    select 1 from role_assignment held where held.user_id = ${column('id')} and held.role = f ->> 'role'
      and (held.expires_at is null or held.expires_at > ${value.now}::timestamptz)
  ))`
}

const wanted = (filter: SQL): SQL => sql`(select ${filter}::text::jsonb as f) wanted`

/** Counts whom an operation is about, once. @param known how many there are, where the filter does not say */
export const noteTotal = statement<Filtered & { operationId: string; known: number | null }, never>(
  'noteTotal',
  (value) => sql`
  update bulk_operation set rows_total = coalesce(${value.known}::integer, (
    select count(*) from ${wanted(value.filter)}, "user" person where ${isMeant(value, 'person')}
  ))
  where id = ${value.operationId}::uuid and rows_total is null`,
)

/** What an export has of a person. */
export interface ExportedRow {
  id: string
  email: string
  emailVerified: boolean
  name: string | null
  bio: string | null
  phone: string | null
  address: object | null
  locale: string | null
  timeZone: string | null
  website: string | null
  attributes: Record<string, unknown>
  attributesVersion: number
  roles: string[]
  bannedAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** The next people that a filter means, in the order of their ids. */
export const listExported = statement<Filtered & { after: string | null; limit: number }, ExportedRow>(
  'listExported',
  (value) => sql`
  select person.id, person.email, person.email_verified_at is not null as "emailVerified", person.name, person.bio,
    person.phone, person.address, person.locale, person.time_zone as "timeZone", person.website, person.attributes,
    person.attributes_version as "attributesVersion", person.banned_at as "bannedAt", person.created_at as "createdAt",
    person.updated_at as "updatedAt", (
      select coalesce(jsonb_agg(held.role order by held.role), '[]') from role_assignment held
      where held.user_id = person.id and (held.expires_at is null or held.expires_at > ${value.now}::timestamptz)
    ) as roles
  from ${wanted(value.filter)}, "user" person
  where person.id > coalesce(${value.after}::uuid, '00000000-0000-0000-0000-000000000000') and ${isMeant(value, 'person')}
  order by person.id limit ${value.limit}::integer`,
)

/** The same, to be changed: whoever changes one of them meanwhile waits. */
export const lockFiltered = statement<Filtered & { after: string | null; limit: number }, { id: string }>(
  'lockFiltered',
  (value) => sql`
  select person.id from ${wanted(value.filter)}, "user" person
  where person.id > coalesce(${value.after}::uuid, '00000000-0000-0000-0000-000000000000') and ${isMeant(value, 'person')}
  order by person.id limit ${value.limit}::integer for no key update of person`,
)

/** People by their ids (a JSON list), but those whose account is closed, to be changed. */
export const lockNamed = statement<{ ids: string }, { id: string }>(
  'lockNamed',
  (value) => sql`
  select person.id from "user" person
  where person.id = any(array(select jsonb_array_elements_text(${value.ids}::text::jsonb)::uuid)) and person.closed_at is null
  order by person.id for no key update`,
)

const accessNow = (value: { now: SQL }): SQL =>
  sql`access_of(person.id, null, null, null, null, null, ${value.now}::timestamptz)`

/** Whom a part is about. */
export interface TargetRow {
  id: string
  access: StoredAccess
  attributes: Record<string, unknown>
  attributesVersion: number
  /** Whether they own an organization that has other members. */
  ownsOthers: boolean
}

/** What those who are locked may do, and what they have, as of now. */
export const listTargets = statement<{ ids: string; now: Date }, TargetRow>(
  'listTargets',
  (value) => sql`
  select person.id, ${accessNow(value)} as access, person.attributes, person.attributes_version as "attributesVersion",
    exists (${ownedWithOthers(sql`person.id`)}) as "ownsOthers"
  from "user" person
  where person.id = any(array(select jsonb_array_elements_text(${value.ids}::text::jsonb)::uuid))
  order by person.id`,
)

/** What somebody may do now. No row: there is no such account, or no door is open to it. */
export const findAccessNow = statement<{ userId: string; now: Date }, { access: StoredAccess }>(
  'findAccessNow',
  (value) => sql`
  select ${accessNow(value)} as access from "user" person
  where person.id = ${value.userId}::uuid and ${isOpen('person')}`,
)
