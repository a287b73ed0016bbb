import type * as z from 'zod'

export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue }

/** Who sees a field of a profile: anybody, whoever is signed in, or its owner alone. */
export const audiences = ['everyone', 'users', 'nobody'] as const
export type Audience = (typeof audiences)[number]

/** The fields of a profile whose audience their owner chooses, beside the public attributes. */
export const profileFields = [
  'name',
  'bio',
  'website',
  'picture',
  'locale',
  'timeZone',
  'phone',
  'address',
  'email',
] as const

/**
 * Something that an operator keeps of every person. `private` is for its owner, who may change it; `public` too, and its
 * owner may show it to others; `admin` is the operator's alone: its owner neither sees nor changes it.
 */
export interface AttributeDeclaration {
  /** What it accepts and makes of it is JSON, and it accepts what it made. */
  schema: z.ZodType
  visibility: 'public' | 'private' | 'admin'
  /** Who sees a public one while its owner has not said: `nobody` unless said. */
  shownTo?: Audience
}

/** What is stored of somebody's attributes, and of which version of the declaration it is. */
export interface StoredAttributes {
  attributes: Record<string, unknown>
  attributesVersion: number
}

type Migration = (attributes: Record<string, unknown>) => Record<string, unknown>

/** What an operator declares of profiles, in one file: src/profile-schema.ts. */
export interface ProfileSchema {
  /** A whole number from 1 on; it rises when attributes that are stored have to change. */
  version: number
  attributes: Record<string, AttributeDeclaration>
  /** By number: makes attributes of that version from those of the one before. Pure; a version without one changes nothing. */
  migrate: Record<number, Migration>
  /** How people may want things: a strict object, in which everything has a default. */
  preferences: z.ZodObject
}

const attributeName = /^[a-z][A-Za-z0-9]{0,49}$/

const findFaults = ({ version, attributes, migrate, preferences }: ProfileSchema): string[] => [
  ...(Number.isSafeInteger(version) && version >= 1 ? [] : ['version: is a whole number from 1 on']),
  ...Object.keys(attributes)
    .filter((name) => !attributeName.test(name) || profileFields.some((field) => field === name))
    .map((name) => `attributes.${name}: is no name in camelCase, or is that of a field`),
  ...Object.entries(attributes)
    .filter(([, { visibility, shownTo }]) => shownTo !== undefined && visibility !== 'public')
    .map(([name]) => `attributes.${name}: only a public attribute is shown to anybody`),
  ...Object.keys(migrate)
    .filter((step) => !(Number(step) >= 2 && Number(step) <= version))
    .map((step) => `migrate.${step}: there is no such version to come to`),
  ...(preferences.safeParse({}).success ? [] : ['preferences: everything in it needs a default']),
]

/** Declares what profiles hold. Throws with every fault of the declaration. */
export const defineProfileSchema = (schema: ProfileSchema): ProfileSchema => {
  const faults = findFaults(schema)
  if (faults.length > 0) throw new Error(`The profile schema is wrong:\n${faults.join('\n')}`)
  return schema
}
