import type { Context } from '#core/context'
import { newToken } from '#core/secrets'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { checkAutoJoinRole } from './check-auto-join-role'
import { type DomainClaim, type OrganizationDomain, toDomain } from './domain-contract'
import { insertDomain } from './domain-queries'
import { domainClaimed, limitReached } from './problems'

/** What an organization can claim. */
const most = 20

/**
 * Says that a domain is the organization's, for who may write domains. That alone shuts nobody out: it is to be proved, by the
 * record that the answer names. Throws what `requireMember` and `checkAutoJoinRole` throw, `domain-claimed`, `limit-reached`.
 */
export async function claimDomain(
  ctx: Context,
  organizationId: string,
  { domain, autoJoinRole: role = null }: DomainClaim,
): Promise<OrganizationDomain> {
  return actForOrganization(ctx, organizationId, 'domains:write', async (db, { permissions }) => {
    const refused = await checkAutoJoinRole(ctx, db, organizationId, { permissions, role })
    if (refused) return refused
    const [row] = await insertDomain(db, {
      ...eventValues(ctx),
      organizationId,
      domainId: ctx.ids.next(),
      domain,
      challenge: newToken(ctx),
      autoJoinRole: role,
      most,
    })
    if (row && row.id !== null) return toDomain(row)
    return row?.isFull ? limitReached({ extensions: { most } }) : domainClaimed()
  })
}
