import { sql } from 'drizzle-orm'
import type { StoredAttributes } from '#core/profile-schema'
import { statement } from '#db/statement'

/** People after `after`, by their ids, whose attributes are of an older version; `version` of a row is the row's own. */
export const listOutdatedAttributes = statement<
  { version: number; after: string | null; limit: number },
  StoredAttributes & { id: string; version: string }
>(
  'listOutdatedAttributes',
  (value) => sql`
  select id, xmin::text as version, attributes, attributes_version as "attributesVersion" from "user"
  where attributes <> '{}' and attributes_version < ${value.version}::integer
    and (${value.after}::uuid is null or id > ${value.after}::uuid)
  order by id limit ${value.limit}::integer`,
)

/** Writes attributes in the form of a version, where nobody changed the row since it was read; that is no change by its owner. */
export const replaceAttributes = statement<{ version: number; migrated: string }, { id: string }>(
  'replaceAttributes',
  (value) => sql`
  update "user" set attributes = migrated.attributes, attributes_version = ${value.version}::integer
  from jsonb_to_recordset(${value.migrated}::text::jsonb) as migrated(id uuid, version text, attributes jsonb)
  where "user".id = migrated.id and "user".xmin::text = migrated.version
  returning "user".id`,
)
