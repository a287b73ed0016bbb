import * as z from 'zod'
import { organizationSystemRoles, toOrganizationAccess } from '#core/permissions'
import { line } from '#core/text'

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,47}$/, { error: 'Give lower-case letters, digits and hyphens, a letter first.' })
  .meta({ example: 'accountant' })
const description = line(200).meta({ example: 'Looks after invoices.' })
const permissions = z
  .array(z.string().max(65))
  .max(200)
  .meta({ example: ['members:read'], description: 'Of organizations, and those that the application has.' })

export const RoleParams = z.strictObject({ id: z.uuid(), name: z.string().max(48) })
export type RoleParams = z.output<typeof RoleParams>

export const NewOrganizationRole = z
  .strictObject({ name, description, permissions })
  .meta({ id: 'NewOrganizationRole' })
export type NewOrganizationRole = z.output<typeof NewOrganizationRole>

export const OrganizationRoleChanges = z
  .strictObject({ description: description.optional(), permissions: permissions.optional() })
  .meta({ id: 'OrganizationRoleChanges' })
export type OrganizationRoleChanges = z.output<typeof OrganizationRoleChanges>

export const OrganizationRole = z
  .object({
    name: z.string(),
    description: z.string(),
    permissions: z.array(z.string()),
    isSystem: z.boolean().meta({ description: 'Whether every organization has it, as it is.' }),
  })
  .meta({ id: 'OrganizationRole' })
export type OrganizationRole = z.output<typeof OrganizationRole>

export const OrganizationRoleList = z.object({ items: z.array(OrganizationRole) }).meta({ id: 'OrganizationRoleList' })
export type OrganizationRoleList = z.output<typeof OrganizationRoleList>

/** A role of an organization's own, as queries select it. */
export interface RoleRow {
  name: string
  description: string
  permissions: string[]
}

const descriptions: Record<string, string> = {
  owner: 'May do everything. There is one, who may make another member it.',
  admin: 'May do everything but delete the organization.',
  member: 'Sees who belongs to it.',
}

export const isSystemRole = (name: string): boolean => Object.hasOwn(organizationSystemRoles, name)

/** What a role allows. @param custom what it does if it is the organization's own */
export const allowedBy = (
  role: string,
  custom: readonly string[],
  applicationPermissions: readonly string[],
): string[] =>
  toOrganizationAccess({ id: '', slug: '', role, permissions: [...custom] }, applicationPermissions).permissions

export const toOrganizationRole = ({ name, description, permissions }: RoleRow): OrganizationRole => ({
  name,
  description,
  permissions: permissions.toSorted(),
  isSystem: false,
})

/** The roles that every organization has. */
export const listSystemRoles = (applicationPermissions: readonly string[]): OrganizationRole[] =>
  Object.keys(organizationSystemRoles).map((name) => ({
    name,
    description: descriptions[name] ?? '',
    permissions: allowedBy(name, [], applicationPermissions),
    isSystem: true,
  }))
