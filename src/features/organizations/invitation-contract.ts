import * as z from 'zod'
import { instant } from '#core/instant'
import { EmailAddress } from '../profiles/email-address-contract'

export const InvitationParams = z.strictObject({ id: z.uuid(), invitationId: z.uuid() })
export type InvitationParams = z.output<typeof InvitationParams>

export const OwnInvitationParams = z.strictObject({ id: z.uuid() })
export type OwnInvitationParams = z.output<typeof OwnInvitationParams>

export const NewInvitation = z
  .strictObject({ email: EmailAddress, role: z.string().min(1).max(48).meta({ example: 'member' }) })
  .meta({ id: 'NewInvitation' })
export type NewInvitation = z.output<typeof NewInvitation>

export const Invitation = z
  .object({
    id: z.uuid(),
    email: z.string(),
    role: z.string(),
    invitedBy: z.uuid().nullable().meta({ description: 'The account of who did; null for an API key.' }),
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.output<typeof Invitation>

/** An invitation as queries select it. */
export interface InvitationRow {
  id: string
  email: string
  role: string
  invitedBy: string | null
  createdAt: Date
  expiresAt: Date
}

export const toInvitation = (row: InvitationRow): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role,
  invitedBy: row.invitedBy,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
})

export const OwnInvitation = z
  .object({
    id: z.uuid(),
    organization: z.object({ id: z.uuid(), slug: z.string(), name: z.string() }),
    role: z.string(),
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'OwnInvitation', description: 'An invitation to the caller.' })
export type OwnInvitation = z.output<typeof OwnInvitation>

/** An invitation to somebody, as queries select it. */
export interface OwnInvitationRow {
  id: string
  organizationId: string
  slug: string
  organizationName: string
  role: string
  createdAt: Date
  expiresAt: Date
}

export const toOwnInvitation = (row: OwnInvitationRow): OwnInvitation => ({
  id: row.id,
  organization: { id: row.organizationId, slug: row.slug, name: row.organizationName },
  role: row.role,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
})
