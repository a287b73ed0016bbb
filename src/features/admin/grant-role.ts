import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import { unknownRole } from '../access/problems'
import { roleValues } from '../access/role-values'
import { eventValues } from '../audit/event-values'
import { EmailAddress } from '../profiles/email-address-contract'
import { grantRoleByEmail } from './assignment-queries'

/**
 * Gives a role to an account, or changes until when it holds it; if it did not hold it, its sessions end, so that a second
 * factor is asked for where the role wants one. For the operator. Throws `not-found`, `unknown-role`.
 * @param expiresAt when it counts no more; null is never
 * @returns whether it did not hold the role
 */
export async function grantRole(
  ctx: CoreContext,
  address: string,
  role: string,
  expiresAt: Date | null = null,
): Promise<boolean> {
  const [row] = await grantRoleByEmail(ctx.db, {
    ...eventValues(ctx),
    ...roleValues(ctx.config),
    endedEventId: ctx.ids.next(),
    email: EmailAddress.safeParse(address).data ?? '',
    role,
    expiresAt,
  })
  if (!row) throw notFound()
  if (!row.isKnown) throw unknownRole()
  return row.isNew
}
