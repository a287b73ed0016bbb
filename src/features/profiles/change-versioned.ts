import { allows, type Precondition, toVersionList } from '#core/precondition'
import { retryAfter } from '#core/problem'
import { invalidFields, overloaded, preconditionFailed } from '#core/problems'
import type { ProfileSchema } from '#core/profile-schema'
import type { ChangeValues, Unchanged } from './change-fragments'
import type { VersionedUserRow } from './contract'
import { toCurrentAttributes } from './to-current-attributes'

/** More than one is needed only once after a new declaration, and by who changes the row at the same moment. */
const mostTries = 20

/** Attributes that take more than they may. */
export const tooLarge = () =>
  invalidFields([{ pointer: '/attributes', code: 'too_big', message: 'All attributes take 16 KiB at most.' }])

/**
 * Changes a profile that is of a version that the caller knows: attributes that are stored in an older form are brought up to
 * date on the way. @param change runs a statement with a `changeUser` in it
 * Throws `precondition-failed`, `invalid-request`, `overloaded`, and what `change` throws.
 */
export async function changeVersioned(
  schema: ProfileSchema,
  precondition: Precondition,
  change: (values: Omit<ChangeValues, 'changes'>) => Promise<VersionedUserRow | Unchanged>,
): Promise<VersionedUserRow> {
  let migrated: { text: string; version: string } | undefined
  for (let tries = 0; tries < mostTries; tries += 1) {
    const row = await change({
      versions: migrated?.version ?? toVersionList(precondition),
      schemaVersion: schema.version,
      migrated: migrated?.text ?? null,
    })
    if (row.id !== null) return row
    if (!allows(precondition, row.foundVersion)) throw preconditionFailed()
    if (row.isTooLarge && (migrated || !row.isOutdated)) throw tooLarge()
    const stored = { attributes: row.foundAttributes, attributesVersion: row.foundAttributesVersion }
    migrated = row.isOutdated
      ? { text: JSON.stringify(toCurrentAttributes(schema, stored)), version: row.foundVersion }
      : undefined
  }
  throw overloaded(retryAfter(1))
}
