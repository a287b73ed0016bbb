import * as z from 'zod'
import { instant } from '#core/instant'
import { line } from '#core/text'

const Name = line(100).meta({ example: 'Analytical Engines' })

export const OrganizationParams = z.strictObject({ id: z.uuid() })
export type OrganizationParams = z.output<typeof OrganizationParams>

export const NewOrganization = z
  .strictObject({
    name: Name,
    slug: z
      .string()
      .regex(/^[a-z0-9](-?[a-z0-9]){1,47}$/, { error: 'Give lower-case letters, digits and single hyphens.' })
      .optional()
      .meta({ example: 'analytical-engines', description: 'It stays. Made from the name unless given.' }),
  })
  .meta({ id: 'NewOrganization' })
export type NewOrganization = z.output<typeof NewOrganization>

export const OrganizationChanges = z.strictObject({ name: Name }).meta({ id: 'OrganizationChanges' })
export type OrganizationChanges = z.output<typeof OrganizationChanges>

export const OrganizationPolicies = z
  .object({
    requiresSecondFactor: z.boolean(),
    allowedMethods: z.array(z.string()).nullable().meta({ description: 'Null where all are.' }),
    sessionSeconds: z.int().nullable().meta({ description: 'Null: as long as the session lives.' }),
  })
  .meta({ id: 'OrganizationPolicies', description: 'How its members must have logged in to act for it.' })
export type OrganizationPolicies = z.output<typeof OrganizationPolicies>

export const Organization = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    role: z.string().nullable().meta({ description: 'The caller’s; null for its API keys.' }),
    policies: OrganizationPolicies,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Organization' })
export type Organization = z.output<typeof Organization>

/** An organization as queries select it. */
export interface OrganizationRow {
  id: string
  slug: string
  name: string
  requiresSecondFactor: boolean
  allowedMethods: string[] | null
  sessionSeconds: number | null
  createdAt: Date
  updatedAt: Date
}

/** What a member sees of an organization. @param role theirs */
export const toOrganization = (row: OrganizationRow, role: string | null): Organization => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  role,
  policies: {
    requiresSecondFactor: row.requiresSecondFactor,
    allowedMethods: row.allowedMethods,
    sessionSeconds: row.sessionSeconds,
  },
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

export const Transfer = z
  .strictObject({ userId: z.uuid().meta({ description: 'The member who is to be the owner.' }) })
  .meta({ id: 'Transfer' })
export type Transfer = z.output<typeof Transfer>
