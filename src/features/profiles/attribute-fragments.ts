import { type SQL, sql } from 'drizzle-orm'

/** The most bytes that the attributes of one person take, as Postgres writes them. */
const mostBytes = sql.raw(String(16 * 1024))

/** A JSON object without the members that `changes` sets to null, and with those that it sets. */
export const mergeMembers = (kept: SQL, changes: SQL): SQL => sql`(
  (${kept} || ${changes}) - array(select member.key from jsonb_each(${changes}) member where member.value = 'null')
)`

/** What somebody's attributes would be after a change. `migrated` stands for the stored ones, where these are of an older form. */
export const nextAttributes = (relation: SQL, value: { migrated: SQL; changes: SQL }): SQL =>
  mergeMembers(sql`coalesce(${value.migrated}::text::jsonb, ${relation}.attributes)`, value.changes)

export const isTooLarge = (attributes: SQL): SQL => sql`octet_length((${attributes})::text) > ${mostBytes}`

/** Whether attributes are stored in an older form than `version`, which a statement can't bring up to date. */
export const isOutdated = (relation: SQL, version: SQL): SQL => sql`
  (${relation}.attributes_version < ${version}::integer and ${relation}.attributes <> '{}')`
