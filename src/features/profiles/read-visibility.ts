import { type Audience, audiences, type ProfileSchema, profileFields } from '#core/profile-schema'

const isAudience = (text: string): text is Audience => audiences.some((audience) => audience === text)

/**
 * Private by default (GDPR, article 25): who is signed in sees the two by which people know each other, and only their
 * owner shows anything to the whole world.
 */
const defaults: Partial<Record<string, Audience>> = { name: 'users', picture: 'users' }

const listUsual = ({ attributes }: ProfileSchema): [field: string, usual: Audience][] => [
  ...profileFields.map((field): [string, Audience] => [field, defaults[field] ?? 'nobody']),
  ...Object.entries(attributes).flatMap(([name, { visibility, shownTo = 'nobody' }]): [string, Audience][] =>
    visibility === 'public' ? [[name, shownTo]] : [],
  ),
]

const usualOf = new WeakMap<ProfileSchema, [field: string, usual: Audience][]>()

/** Who sees each field of a profile and each public attribute: as its owner said, else as by default. */
export const readVisibility = (
  schema: ProfileSchema,
  { visibility }: { visibility: Record<string, string> },
): Record<string, Audience> => {
  const all = usualOf.get(schema) ?? listUsual(schema)
  usualOf.set(schema, all)
  const shown: Record<string, Audience> = {}
  for (const [field, usual] of all) {
    const chosen = Object.hasOwn(visibility, field) ? visibility[field] : undefined
    shown[field] = chosen !== undefined && isAudience(chosen) ? chosen : usual
  }
  return shown
}
