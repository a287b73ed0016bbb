import { type Kind, kinds, permissionOf } from '#core/bulk-operations'
import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { requireStaff, type Staff } from '../admin/require-staff'
import type { OperationRow } from './operation-contract'
import { findOperation } from './operation-queries'

const all = kinds.map((kind) => permissionOf[kind])

/** Whoever may ask for operations, and of which kinds: they see those. Throws what `requireStaff` throws. */
export const requireBulkStaff = async (ctx: Context): Promise<Staff & { kinds: Kind[] }> => {
  const staff = await requireStaff(ctx, all)
  return { ...staff, kinds: kinds.filter((kind) => staff.permissions.includes(permissionOf[kind])) }
}

/** An operation that the caller may see: to who may not ask for its kind there is none. Throws `not-found` too. */
export async function requireOperatorOf(ctx: Context, operationId: string): Promise<OperationRow> {
  const { kinds: seen } = await requireBulkStaff(ctx)
  const [operation] = await findOperation(ctx.db, { operationId, kinds: JSON.stringify(seen) })
  if (!operation) throw notFound()
  return operation
}
