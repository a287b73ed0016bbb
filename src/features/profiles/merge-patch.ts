const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Applies a merge patch to a JSON object (RFC 7396, section 2): null removes a member, an object is merged into what is
 * there, anything else replaces it. Neither of the two is changed.
 */
export const mergePatch = (
  target: Record<string, unknown>,
  patch: Record<string, unknown>,
): Record<string, unknown> => {
  const members = new Map(Object.entries(target))
  for (const [name, value] of Object.entries(patch)) {
    const kept = members.get(name)
    if (value === null) members.delete(name)
    else members.set(name, isObject(value) ? mergePatch(isObject(kept) ? kept : {}, value) : value)
  }
  return Object.fromEntries(members)
}
