import type { Context } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import type { Database } from '#db/database'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import type { OrganizationPolicies } from './organization-contract'
import type { OrganizationPoliciesChange } from './policy-contract'
import { replacePolicies } from './policy-queries'
import { type Member, requireMember } from './require-member'
import { requireMetPolicy } from './require-met-policy'
import { findMembership } from './standing-queries'

/** Refuses whoever would not meet what they ask of everybody; a key of the organization has no session that could. */
const requireOwnMet = async (db: Database, organizationId: string, member: Member, now: Date): Promise<void> => {
  const { userId, sessionId } = member
  if (userId === null || sessionId === null) return
  const [row] = await findMembership(db, { userId, sessionId, organizationId, now })
  if (!row) throw sessionRevoked()
  if (!row.access) throw notFound()
  requireMetPolicy(row.access)
}

/**
 * Says how an organization's members must log in, for who may write policies and meets them in this session, so that nobody locks
 * themselves out. It counts at once; tokens that name the organization do no more at their next refresh.
 * Throws what `requireMember` throws, for the policies from before and the new ones.
 */
export async function setPolicies(
  ctx: Context,
  organizationId: string,
  { requiresSecondFactor, allowedMethods, sessionSeconds }: OrganizationPoliciesChange,
): Promise<OrganizationPolicies> {
  const member = await requireMember(ctx, organizationId, 'policies:write')
  return withinTenant(ctx.db, organizationId, async (db) => {
    const [policies] = await replacePolicies(db, {
      ...eventValues(ctx),
      organizationId,
      requiresSecondFactor,
      allowedMethods: allowedMethods && JSON.stringify(allowedMethods),
      sessionSeconds,
    })
    if (!policies) throw notFound()
    await requireOwnMet(db, organizationId, member, ctx.clock.now())
    return policies
  })
}
