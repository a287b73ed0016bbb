import * as z from 'zod'
import { instant } from '#core/instant'
import type { CorePlatform } from '#core/platform'
import { declaredObject, ProfileChanges, User, type UserRow } from '../profiles/contract'
import { EmailAddress } from '../profiles/email-address-contract'
import { readAttributes } from '../profiles/read-attributes'
import { readVisibility } from '../profiles/read-visibility'

const standing = {
  banned: z.boolean(),
  bannedUntil: instant.nullable().meta({ description: 'When the ban ends by itself; null for never.' }),
  closedAt: instant.nullable().meta({ description: 'When it was closed, to be erased.' }),
  roles: z.array(z.string()).meta({ description: 'Those that count now.', example: ['support'] }),
}

export const AccountItem = z
  .object({
    id: z.uuid(),
    email: z.string().meta({ format: 'email', example: 'ada@example.com' }),
    emailVerified: z.boolean(),
    name: z.string().nullable(),
    createdAt: instant,
    ...standing,
  })
  .meta({ id: 'AccountItem', description: 'An account in a list for staff.' })
export type AccountItem = z.output<typeof AccountItem>

export const AccountPage = z
  .object({
    items: z.array(AccountItem),
    nextCursor: z.string().nullable().meta({ description: 'Opaque; null on the last page.' }),
  })
  .meta({ id: 'AccountPage' })
export type AccountPage = z.output<typeof AccountPage>

export const Account = z
  .object({
    ...User.shape,
    attributes: declaredObject('What the operator declares, by name, where it is set: of every visibility.'),
    ...standing,
    banReason: z.string().nullable(),
    lockedUntil: instant.nullable().meta({ description: 'Until when failed log-ins have locked it.' }),
    lastSignInAt: instant.nullable().meta({ description: 'As far as it is kept.' }),
    hasPassword: z.boolean(),
    authenticators: z.int().meta({ description: 'How many authenticator apps and passkeys it has.' }),
    sessions: z.int().meta({ description: 'How many sessions are alive.' }),
  })
  .meta({ id: 'Account', description: 'An account as staff sees it.' })
export type Account = z.output<typeof Account>

export const NewAccount = z
  .strictObject({
    email: EmailAddress,
    ...ProfileChanges.shape,
    password: z.string().max(1024).optional().meta({ format: 'password' }),
    emailVerified: z
      .boolean()
      .optional()
      .meta({ description: 'Whether you vouch for the address. `false` unless said.' }),
    sendInvitation: z.boolean().optional().meta({
      description: 'Whether to mail a link that sets a password. `true` unless said where none is given here.',
    }),
  })
  .meta({ id: 'NewAccount', example: { email: 'ada@example.com', name: 'Ada Lovelace' } })
export type NewAccount = z.output<typeof NewAccount>

export const AccountChanges = z
  .strictObject({
    ...ProfileChanges.shape,
    email: EmailAddress.optional().meta({
      description:
        'Another address ends sessions, voids mailed links, and is not proved unless `emailVerified` says so.',
    }),
    emailVerified: z.boolean().optional().meta({ description: 'Whether the address counts as proved.' }),
  })
  .meta({ id: 'AccountChanges', example: { name: 'Ada Lovelace' } })
export type AccountChanges = z.output<typeof AccountChanges>

/** What `standingColumns` selects. */
export interface StandingRow {
  bannedAt: Date | null
  bannedUntil: Date | null
  closedAt: Date | null
  roles: string[]
}

export type AccountItemRow = StandingRow & Pick<UserRow, 'id' | 'email' | 'emailVerifiedAt' | 'name' | 'createdAt'>

export type AccountRow = UserRow &
  StandingRow & {
    version: string
    banReason: string | null
    lockedUntil: Date | null
    lastSignInAt: Date | null
    hasPassword: boolean
    authenticators: number
    sessions: number
  }

const toText = (at: Date | null): string | null => at?.toISOString() ?? null

const toStanding = ({ bannedAt, bannedUntil, closedAt, roles }: StandingRow) => ({
  banned: bannedAt !== null,
  bannedUntil: toText(bannedUntil),
  closedAt: toText(closedAt),
  roles,
})

export const toAccountItem = (row: AccountItemRow): AccountItem => ({
  id: row.id,
  email: row.email,
  emailVerified: row.emailVerifiedAt !== null,
  name: row.name,
  createdAt: row.createdAt.toISOString(),
  ...toStanding(row),
})

export const toAccount = (platform: Pick<CorePlatform, 'profileSchema' | 'log'>, row: AccountRow): Account => ({
  ...toAccountItem(row),
  bio: row.bio,
  phone: row.phone,
  address: row.address,
  locale: row.locale,
  timeZone: row.timeZone,
  website: row.website,
  picture: row.picture,
  attributes: readAttributes(platform, row, ['public', 'private', 'admin']),
  visibility: readVisibility(platform.profileSchema, row),
  recoveryCodesLeft: row.recoveryCodesLeft,
  updatedAt: row.updatedAt.toISOString(),
  banReason: row.banReason,
  lockedUntil: toText(row.lockedUntil),
  lastSignInAt: toText(row.lastSignInAt),
  hasPassword: row.hasPassword,
  authenticators: row.authenticators,
  sessions: row.sessions,
})
