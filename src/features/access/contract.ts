import * as z from 'zod'
import { instant } from '#core/instant'
import { isSystemRole } from '#core/permissions'

export const RoleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/)
  .meta({ example: 'billing' })

/** More than there are permissions of ours and of any application. */
const mostPermissions = 200

const RolePermissions = z
  .array(z.string().max(65))
  .max(mostPermissions)
  .meta({ description: 'Names of `GET /v1/admin/permissions`.', example: ['users:read'] })

const RoleDescription = z.string().trim().max(200)

export const NewRole = z
  .strictObject({ name: RoleName, description: RoleDescription.default(''), permissions: RolePermissions })
  .meta({ id: 'NewRole' })
export type NewRole = z.output<typeof NewRole>

export const RoleChanges = z
  .strictObject({ description: RoleDescription.optional(), permissions: RolePermissions.optional() })
  .meta({ id: 'RoleChanges', description: 'Absent stays as it is.' })
export type RoleChanges = z.output<typeof RoleChanges>

export const Role = z
  .object({
    name: z.string(),
    description: z.string(),
    permissions: z.array(z.string()),
    isSystem: z.boolean().meta({ description: 'Whether it is always there, as it is.' }),
    createdAt: instant.nullable(),
    updatedAt: instant.nullable(),
  })
  .meta({ id: 'Role' })
export type Role = z.output<typeof Role>

/** A role as it is stored. */
export interface RoleRow {
  name: string
  description: string
  permissions: string[]
  createdAt: Date
  updatedAt: Date
}

/** What the wire shows of a role that operators made. @param declared the permissions that there are */
export const toRole = (row: RoleRow, declared: readonly string[]): Role => ({
  name: row.name,
  description: row.description,
  permissions: row.permissions.filter((name) => declared.includes(name)),
  isSystem: isSystemRole(row.name),
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

export const RoleGrant = z
  .strictObject({
    expiresAt: instant.nullable().default(null).meta({ description: 'When it counts no more; null is never.' }),
  })
  .meta({ id: 'RoleGrant' })
export type RoleGrant = z.output<typeof RoleGrant>

export const HeldRole = z
  .object({ name: z.string(), grantedAt: instant, expiresAt: instant.nullable() })
  .meta({ id: 'HeldRole', description: 'A role that somebody holds.' })
export type HeldRole = z.output<typeof HeldRole>

/** A role that somebody holds, as it is stored. */
export interface HeldRoleRow {
  name: string
  grantedAt: Date
  expiresAt: Date | null
}

export const toHeldRole = ({ name, grantedAt, expiresAt }: HeldRoleRow): HeldRole => ({
  name,
  grantedAt: grantedAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
})
