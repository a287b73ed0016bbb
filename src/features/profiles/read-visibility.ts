import { type Audience, audiences, type ProfileSchema, profileFields } from '#core/profile-schema'

const isAudience = (text: string | undefined): text is Audience => audiences.some((audience) => audience === text)

/**
 * Private by default (GDPR, article 25): who is signed in sees the two by which people know each other, and only their
 * owner shows anything to the whole world.
 */
const defaults: Partial<Record<string, Audience>> = { name: 'users', picture: 'users' }

/** Who sees each field of a profile and each public attribute: as its owner said, else as by default. */
export const readVisibility = (
  { attributes }: ProfileSchema,
  { visibility }: { visibility: Record<string, string> },
): Record<string, Audience> => {
  const publicOnes = Object.entries(attributes).filter(([, declared]) => declared.visibility === 'public')
  const all = [
    ...profileFields.map((field) => [field, defaults[field] ?? 'nobody'] as const),
    ...publicOnes.map(([name, { shownTo = 'nobody' }]) => [name, shownTo] as const),
  ]
  return Object.fromEntries(
    all.map(([field, usual]) => {
      const chosen = Object.hasOwn(visibility, field) ? visibility[field] : undefined
      return [field, isAudience(chosen) ? chosen : usual]
    }),
  )
}
