import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import { roleValues } from '../access/role-values'
import { eventValues } from '../audit/event-values'
import { EmailAddress } from '../profiles/email-address-contract'
import { revokeRoleByEmail } from './assignment-queries'

/**
 * Takes a role from an account, the last administrator's too; sessions in which it acts as others end. For the operator, who
 * can give it again. Throws `not-found`.
 * @returns whether it held the role
 */
export async function revokeRole(ctx: CoreContext, address: string, role: string): Promise<boolean> {
  const [row] = await revokeRoleByEmail(ctx.db, {
    ...eventValues(ctx),
    ...roleValues(ctx.config),
    endedEventId: ctx.ids.next(),
    email: EmailAddress.safeParse(address).data ?? '',
    role,
  })
  if (!row) throw notFound()
  return row.wasHeld
}
