import type { ProfileSchema } from '#core/profile-schema'
import type { Preferences } from './preference-contract'

export interface ReadPreferences {
  /** What its owner chose, without what the declaration does not accept any more. */
  chosen: Record<string, unknown>
  /** The same with all defaults. */
  preferences: Preferences
}

/** Reads what is stored by the declaration of today: a member that it does not accept counts as not chosen. */
export const readPreferences = ({ preferences }: ProfileSchema, stored: Record<string, unknown>): ReadPreferences => {
  const faulty = new Set(
    preferences
      .safeParse(stored)
      .error?.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [String(issue.path[0])],
      ),
  )
  const chosen = Object.fromEntries(Object.entries(stored).filter(([name]) => !faulty.has(name)))
  const parsed = preferences.safeParse(chosen)
  // Declarations make JSON of what they accept: see `AttributeDeclaration`.
  return parsed.success
    ? { chosen, preferences: parsed.data as Preferences }
    : { chosen: {}, preferences: preferences.parse({}) as Preferences }
}
