import type { Database } from './database'

/** The role without bypass that row-level security holds to one tenant. */
const tenantRole = 'postern_tenant'

const become = (db: Database, role: string, organizationId: string) =>
  db.run(
    `select set_config('role', $1, true), set_config('postern.organization_id', $2, true)`,
    [role, organizationId],
    'objects',
  )

/**
 * Runs `work` in a transaction that sees the rows of one organization, and of no other, whatever its statements ask for: the
 * second wall behind their WHERE. Tables that belong to no tenant are as always.
 */
export const withinTenant = <Result>(
  db: Database,
  organizationId: string,
  work: (db: Database) => Promise<Result>,
): Promise<Result> =>
  db.transaction(async (tenant) => {
    await become(tenant, tenantRole, organizationId)
    const result = await work(tenant)
    // What goes on in the same transaction, if this is not all of it, is not held to the tenant any more.
    await become(tenant, 'none', '')
    return result
  })
