import * as z from 'zod'
import { instant } from '#core/instant'
import type { CorePlatform } from '#core/platform'
import type { Audience } from '#core/profile-schema'
import { line } from '#core/text'
import { readAttributes } from './read-attributes'
import { readVisibility } from './read-visibility'

const isLocale = (tag: string) => {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag
  } catch {
    return false
  }
}

/** Names that are known to be some: to ask takes 50 µs, and an import asks for each row. Any case of a name is one. */
const knownTimeZones = new Set<string>()
const mostKnown = 1000

/** A place, not an offset: an offset says nothing of summer. */
const isTimeZone = (name: string) => {
  if (knownTimeZones.has(name)) return true
  if (/^[+-]/.test(name)) return false
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    if (knownTimeZones.size < mostKnown) knownTimeZones.add(name)
    return true
  } catch {
    return false
  }
}

export const Locale = line(35)
  .refine(isLocale, { error: 'Give a BCP 47 language tag, such as en or pt-BR.', params: { code: 'invalid_locale' } })
  .meta({ example: 'en', description: 'BCP 47 language tag in its canonical form.' })

/** OpenID Connect's address claim (Core 1.0, section 5.1.1), in camelCase. */
export const Address = z
  .strictObject({
    formatted: line(500).optional(),
    streetAddress: line(200).optional(),
    locality: line(100).optional(),
    region: line(100).optional(),
    postalCode: line(20).optional(),
    country: line(100).optional(),
  })
  .meta({ id: 'Address', example: { streetAddress: 'Dorset Street 12', locality: 'London', country: 'GB' } })
export type Address = z.output<typeof Address>

const Name = line(100).meta({ example: 'Ada Lovelace' })
const Bio = line(1000).meta({ example: 'Writes programs for engines that are not built yet.' })
const Phone = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, { error: 'Give a number in E.164 form, such as +442071838750.' })
  .meta({ example: '+442071838750', description: 'E.164.' })
const TimeZone = line(64)
  .refine(isTimeZone, {
    error: 'Give an IANA time zone, such as Europe/London.',
    params: { code: 'invalid_time_zone' },
  })
  .meta({ example: 'Europe/London' })
const Website = z
  .url({ protocol: /^https?$/, hostname: z.regexes.domain })
  .max(500)
  .meta({ example: 'https://example.com' })

const isJsonObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** An object whose members the declaration of profiles decides about: the verb checks them by it. */
export const declaredObject = <Value = unknown>(description: string) =>
  z
    .custom<Record<string, Value>>(isJsonObject, { error: 'Give an object.' })
    .meta({ override: { type: 'object', additionalProperties: true, description } })

/** What a person may change of themselves. `null` clears a field, an absent one stays. */
export const ProfileChanges = z
  .strictObject({
    name: Name.nullable().optional(),
    bio: Bio.nullable().optional(),
    phone: Phone.nullable().optional(),
    address: Address.nullable().optional(),
    locale: Locale.nullable().optional(),
    timeZone: TimeZone.nullable().optional(),
    website: Website.nullable().optional(),
    attributes: declaredObject('What the operator declares, by name; null removes one.').optional(),
    visibility: declaredObject(
      'Who sees a field, or a public attribute, by name: `everyone`, `users` or `nobody`; null makes it as by default.',
    ).optional(),
  })
  .meta({ id: 'ProfileChanges', example: { name: 'Ada Lovelace', timeZone: 'Europe/London' } })
export type ProfileChanges = z.output<typeof ProfileChanges>

/** What an account's owner sees of it; null where unset. */
export const User = z
  .object({
    id: z.uuid(),
    email: z.string().meta({ format: 'email', example: 'ada@example.com' }),
    emailVerified: z.boolean(),
    name: z.string().nullable().meta({ example: 'Ada Lovelace' }),
    bio: z.string().nullable(),
    phone: z.string().nullable(),
    address: Address.nullable(),
    locale: z.string().nullable(),
    timeZone: z.string().nullable(),
    website: z.string().nullable(),
    picture: z.string().nullable(),
    attributes: declaredObject('What the operator declares, by name, where it is set.'),
    visibility: declaredObject<Audience>('Who sees each field and public attribute: `everyone`, `users` or `nobody`.'),
    recoveryCodesLeft: z
      .int()
      .nullable()
      .meta({ description: 'Unused recovery codes; null for who never made any.', example: 10 }),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'User' })
export type User = z.output<typeof User>

/** What `userColumns` selects. */
export interface UserRow {
  id: string
  email: string
  emailVerifiedAt: Date | null
  name: string | null
  bio: string | null
  phone: string | null
  address: Address | null
  locale: string | null
  timeZone: string | null
  website: string | null
  picture: string | null
  attributes: Record<string, unknown>
  attributesVersion: number
  visibility: Record<string, string>
  recoveryCodesLeft: number | null
  createdAt: Date
  updatedAt: Date
}

/** `version` names the row as it is: another one after every change of it, and only then. */
export type VersionedUserRow = UserRow & { version: string }

/** Field by field, so that a new column is private until someone decides otherwise. */
export const toUser = (platform: Pick<CorePlatform, 'profileSchema' | 'log'>, row: UserRow): User => ({
  id: row.id,
  email: row.email,
  emailVerified: row.emailVerifiedAt !== null,
  name: row.name,
  bio: row.bio,
  phone: row.phone,
  address: row.address,
  locale: row.locale,
  timeZone: row.timeZone,
  website: row.website,
  picture: row.picture,
  attributes: readAttributes(platform, row, ['public', 'private']),
  visibility: readVisibility(platform.profileSchema, row),
  recoveryCodesLeft: row.recoveryCodesLeft,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
