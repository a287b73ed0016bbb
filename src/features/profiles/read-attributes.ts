import { describeError } from '#core/describe-error'
import type { CorePlatform } from '#core/platform'
import type { AttributeDeclaration, JsonValue, StoredAttributes } from '#core/profile-schema'
import { toCurrentAttributes } from './to-current-attributes'

/** A migration that throws is the operator's to mend; until then nobody is kept from logging in by it. */
const bringUpToDate = (
  { profileSchema, log }: Pick<CorePlatform, 'profileSchema' | 'log'>,
  stored: StoredAttributes,
) => {
  try {
    return toCurrentAttributes(profileSchema, stored)
  } catch (error) {
    const cause = describeError(error)
    log({ level: 'error', message: 'attributes can’t be migrated', from: stored.attributesVersion, cause })
    return {}
  }
}

/**
 * The attributes that are declared with one of these visibilities, in the form of today. What the declaration does not
 * accept is left out; it stays stored.
 */
export const readAttributes = (
  platform: Pick<CorePlatform, 'profileSchema' | 'log'>,
  stored: StoredAttributes,
  visibilities: AttributeDeclaration['visibility'][],
): Record<string, JsonValue> => {
  const current = bringUpToDate(platform, stored)
  if (Object.keys(current).length === 0) return {}
  const accepted = Object.entries(platform.profileSchema.attributes).flatMap(([name, { schema, visibility }]) => {
    if (!visibilities.includes(visibility) || !Object.hasOwn(current, name)) return []
    const parsed = schema.safeParse(current[name])
    // Declarations make JSON of what they accept: see `AttributeDeclaration`.
    return parsed.success ? [[name, parsed.data as JsonValue] as const] : []
  })
  return Object.fromEntries(accepted)
}
