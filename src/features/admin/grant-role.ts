import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import { EmailAddress } from '../accounts/contract'
import { eventValues } from '../audit/event-values'
import { grantRoleByEmail } from './role-queries'

/**
 * Gives a role to an account; its sessions end, so that a second factor is asked for where the role wants one. For the
 * operator. Throws `not-found`.
 * @returns whether it did not hold the role
 */
export async function grantRole(ctx: CoreContext, address: string, role: string): Promise<boolean> {
  const email = EmailAddress.safeParse(address).data ?? ''
  const [row] = await grantRoleByEmail(ctx.db, { ...eventValues(ctx), endedEventId: ctx.ids.next(), email, role })
  if (!row) throw notFound()
  return row.isNew
}
