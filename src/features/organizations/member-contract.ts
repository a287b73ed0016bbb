import * as z from 'zod'

const role = z.string().min(1).max(48).meta({ example: 'member' })

export const MemberParams = z.strictObject({ id: z.uuid(), userId: z.uuid() })
export type MemberParams = z.output<typeof MemberParams>

export const MemberChanges = z.strictObject({ role }).meta({ id: 'MemberChanges' })
export type MemberChanges = z.output<typeof MemberChanges>

const joinings = ['creation', 'invitation', 'domain'] as const

export const OrganizationMember = z
  .object({
    id: z.uuid().meta({ description: 'Of the account.' }),
    name: z.string().nullable(),
    email: z.string(),
    role: z.string(),
    joinedAt: z.iso.datetime(),
    joinedBy: z.enum(joinings),
  })
  .meta({ id: 'OrganizationMember' })
export type OrganizationMember = z.output<typeof OrganizationMember>

/** A member as queries select them. */
export interface MemberRow {
  id: string
  name: string | null
  email: string
  role: string
  joinedAt: Date
  joinedBy: (typeof joinings)[number]
}

export const toOrganizationMember = (row: MemberRow): OrganizationMember => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  joinedAt: row.joinedAt.toISOString(),
  joinedBy: row.joinedBy,
})
