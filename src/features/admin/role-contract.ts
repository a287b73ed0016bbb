import * as z from 'zod'
import { PageQuery } from '#core/pagination'
import { HeldRole, Role, RoleName } from '../access/contract'

export const RoleParams = z.strictObject({ name: RoleName })
export const UserRoleParams = z.strictObject({ id: z.uuid(), role: RoleName })

export const RoleQuery = PageQuery.extend({
  cursor: RoleName.optional().meta({ description: 'Where the page before ended.' }),
})
export type RoleQuery = z.output<typeof RoleQuery>

export const RolePage = z.object({ items: z.array(Role), nextCursor: z.string().nullable() })
export type RolePage = z.output<typeof RolePage>

const NamedPermission = z.object({
  name: z.string(),
  description: z.string().nullable().meta({ description: 'Null of those that the operator declared.' }),
})

export const PermissionList = z.object({ items: z.array(NamedPermission) }).meta({ id: 'PermissionList' })
export type PermissionList = z.output<typeof PermissionList>

export const HeldRoleList = z.object({ items: z.array(HeldRole) })
export type HeldRoleList = z.output<typeof HeldRoleList>
