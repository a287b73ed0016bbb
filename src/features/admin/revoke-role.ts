import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import { EmailAddress } from '../accounts/contract'
import { eventValues } from '../audit/event-values'
import { revokeRoleByEmail } from './role-queries'

/**
 * Takes a role from an account. For the operator. Throws `not-found`.
 * @returns whether it held the role
 */
export async function revokeRole(ctx: CoreContext, address: string, role: string): Promise<boolean> {
  const [row] = await revokeRoleByEmail(ctx.db, {
    ...eventValues(ctx),
    email: EmailAddress.safeParse(address).data ?? '',
    role,
  })
  if (!row) throw notFound()
  return row.wasHeld
}
