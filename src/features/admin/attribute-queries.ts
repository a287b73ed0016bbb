import { sql } from 'drizzle-orm'
import type { StoredAttributes } from '#core/profile-schema'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { isTooLarge, mergeMembers } from '../profiles/attribute-fragments'
import { userByEmail } from '../profiles/fragments'

/** The attributes of whoever has an address, and the version of their row. No row: nobody has it. */
export const findAttributesByEmail = statement<{ email: string }, StoredAttributes & { version: string }>(
  'findAttributesByEmail',
  (value) => sql`
  select attributes, attributes_version as "attributesVersion", xmin::text as version from "user"
  where email = ${value.email}::text`,
)

/**
 * Puts changes into the attributes of whoever has an address, in the form of today (`current`), unless they grow too large.
 * No row: their row is another by now, or they would.
 */
export const changeAttributesByEmail = statement<
  EventValues & { email: string; version: string; current: string; schemaVersion: number; changes: string },
  { id: string }
>('changeAttributesByEmail', (value) => {
  const next = mergeMembers(sql`${value.current}::text::jsonb`, sql`${value.changes}::text::jsonb`)
  return sql`
  with person as (
    update "user" set attributes = ${next}, updated_at = ${value.now}::timestamptz,
      attributes_version = greatest("user".attributes_version, ${value.schemaVersion}::integer)
    where "user".id = (select id from (${userByEmail(value.email)}) addressed)
      and "user".xmin::text = ${value.version}::text and not ${isTooLarge(next)}
    returning "user".id
  ),
  event as (${recordEvent(value, {
    type: 'profile.attributes_set',
    from: sql`person`,
    userId: sql`person.id`,
    data: { names: sql`(select jsonb_agg(name) from jsonb_object_keys(${value.changes}::text::jsonb) name)` },
  })})
  select id from person`
})
