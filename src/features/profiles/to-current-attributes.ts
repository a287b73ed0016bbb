import type { ProfileSchema, StoredAttributes } from '#core/profile-schema'

/**
 * Takes attributes through every step from their version to today's. Who has none needs no step, and what a newer build
 * wrote stays as it is. Throws what a step throws.
 */
export const toCurrentAttributes = (
  { version, migrate }: ProfileSchema,
  { attributes, attributesVersion }: StoredAttributes,
): Record<string, unknown> => {
  if (Object.keys(attributes).length === 0) return attributes
  let current = attributes
  for (let step = attributesVersion + 1; step <= version; step += 1) current = migrate[step]?.(current) ?? current
  return current
}
