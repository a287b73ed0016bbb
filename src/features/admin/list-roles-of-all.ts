import type { CoreContext } from '#core/context'
import { systemRoles } from '#core/permissions'
import { listRolesWithHolders } from './operator-role-queries'

/** A role, who made it and how many hold it. */
export interface RoleSummary {
  name: string
  description: string
  isSystem: boolean
  permissions: string[]
  holders: number
}

/** Every role: those of the code, and those that operators made. For the operator. */
export async function listRolesOfAll(ctx: CoreContext): Promise<RoleSummary[]> {
  const rows = await listRolesWithHolders(ctx.db, {
    now: ctx.clock.now(),
    names: JSON.stringify(Object.keys(systemRoles)),
  })
  return rows.map((row) => {
    const own = systemRoles[row.name]
    return { ...row, isSystem: own !== undefined, permissions: [...(own ?? row.permissions)] }
  })
}
