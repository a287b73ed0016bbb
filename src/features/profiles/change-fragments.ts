import { type SQL, sql } from 'drizzle-orm'
import type { Placeholders } from '#db/statement'
import { isOutdated, isTooLarge, mergeMembers, nextAttributes } from './attribute-fragments'
import { userColumns } from './fragments'

/** What a statement with a `changeUser` in it needs: `changes` is a JSON object, `versions` are separated by commas. */
export type ChangeValues = {
  changes: string
  versions: string | null
  schemaVersion: number
  migrated: string | null
}

/** Why nothing was changed, as the row was when the statement began. */
export interface Unchanged {
  id: null
  foundVersion: string
  foundAttributes: Record<string, unknown>
  foundAttributesVersion: number
  isOutdated: boolean
  isTooLarge: boolean
}

const members = sql`change.members`

/** The names of the fields that a statement with a `changeUser` in it changes: a JSON list. */
export const changedFields = sql`(select jsonb_agg(field) from change, jsonb_object_keys(${members}) field)`

const changed = (column: string, member = column): SQL =>
  sql`${sql.identifier(column)} = case when ${members} ? ${sql.raw(`'${member}'`)}
      then ${members} ->> ${sql.raw(`'${member}'`)} else "user".${sql.identifier(column)} end`

/**
 * The parts of a statement that apply `changes` to the person in `owner (id)`, if their row is of one of `versions` (null: of
 * any), their attributes are in today's form or given in it (`migrated`), and do not grow too large. The part `person` is
 * who was changed; `found` is what was there before.
 */
export const changeUser = (value: Placeholders<ChangeValues> & { now: SQL }, owner: SQL): SQL => {
  const attributesOf = (relation: string) =>
    nextAttributes(sql.raw(relation), { migrated: value.migrated, changes: sql`(${members} -> 'attributes')` })
  return sql`
  change as (select ${value.changes}::text::jsonb as members),
  found as (
    select known.*, known.xmin::text as version, ${isOutdated(sql`known`, value.schemaVersion)} as is_outdated,
      ${members} ? 'attributes' and ${isTooLarge(attributesOf('known'))} as is_too_large
    from change, "user" known where known.id = (select owner.id from ${owner} owner)
  ),
  person as (
    update "user" set ${sql.join(
      [
        changed('name'),
        changed('bio'),
        changed('phone'),
        changed('locale'),
        changed('time_zone', 'timeZone'),
        changed('website'),
      ],
      sql`, `,
    )},
      address = case when ${members} ? 'address' then nullif(${members} -> 'address', 'null') else "user".address end,
      attributes = case when ${members} ? 'attributes' then ${attributesOf('"user"')} else "user".attributes end,
      attributes_version = case when ${members} ? 'attributes'
        then greatest("user".attributes_version, ${value.schemaVersion}::integer) else "user".attributes_version end,
      visibility = case when ${members} ? 'visibility'
        then ${mergeMembers(sql`"user".visibility`, sql`(${members} -> 'visibility')`)} else "user".visibility end,
      updated_at = ${value.now}::timestamptz
    from ${owner} owner, change where "user".id = owner.id
      and (${value.versions}::text is null or "user".xmin::text = any(string_to_array(${value.versions}::text, ',')))
      and (not ${members} ? 'attributes' or (
        (${value.migrated}::text is not null or not ${isOutdated(sql`"user"`, value.schemaVersion)})
        and not ${isTooLarge(attributesOf('"user"'))}))
    returning "user".*, "user".xmin::text as version
  )`
}

/** The end of such a statement: a `VersionedUserRow`, or an `Unchanged`. */
export const changedUser = sql`
  select ${userColumns('person')}, person.version, found.version as "foundVersion",
    found.attributes as "foundAttributes", found.attributes_version as "foundAttributesVersion",
    found.is_outdated as "isOutdated", found.is_too_large as "isTooLarge"
  from found left join person on true`

const given = (member: string): SQL => sql`${members} ->> ${sql.raw(`'${member}'`)}`

/**
 * The parts of a statement that add a person with what `changes` says, unless the address is taken, or their attributes are
 * too large (`draft.is_too_large`); `person` is who was added.
 */
export const addUser = (
  value: Pick<Placeholders<ChangeValues>, 'changes' | 'schemaVersion'> & {
    userId: SQL
    email: SQL
    isProved: SQL
    now: SQL
  },
): SQL => {
  const now = sql`${value.now}::timestamptz`
  const merged = (member: string) =>
    mergeMembers(sql`'{}'::jsonb`, sql`coalesce(${members} -> ${sql.raw(`'${member}'`)}, '{}')`)
  return sql`
  change as (select ${value.changes}::text::jsonb as members),
  draft as (
    select ${merged('attributes')} as attributes, ${merged('visibility')} as visibility,
      ${isTooLarge(merged('attributes'))} as is_too_large
    from change
  ),
  person as (
    insert into "user" (id, email, email_verified_at, name, bio, phone, address, locale, time_zone, website, attributes,
      attributes_version, visibility, created_at, updated_at)
    select ${value.userId}::uuid, ${value.email}::text, case when ${value.isProved}::boolean then ${now} end,
      ${given('name')}, ${given('bio')}, ${given('phone')}, nullif(${members} -> 'address', 'null'), ${given('locale')},
      ${given('timeZone')}, ${given('website')}, draft.attributes, ${value.schemaVersion}::integer, draft.visibility,
      ${now}, ${now}
    from change, draft where not draft.is_too_large
    on conflict (email) do nothing
    returning *
  )`
}
