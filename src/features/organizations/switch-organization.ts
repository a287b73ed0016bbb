import { type Context, requireUser } from '#core/context'
import { notFound, sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { toUser } from '../profiles/contract'
import type { TokenSet } from '../sessions/contract'
import { issueTokens } from '../sessions/issue-tokens'
import { requireMetPolicy } from './require-met-policy'
import type { OrganizationSwitch } from './switch-contract'
import { switchSession } from './switch-queries'

/**
 * Makes the caller's session act for an organization whose member they are, or for none: the same session goes on, and its next
 * tokens say so in `org`. Throws `unauthenticated`, `session-revoked`, `not-found`, `insufficient-user-authentication`,
 * `organization-policy-unmet`.
 */
export async function switchOrganization(ctx: Context, { organizationId }: OrganizationSwitch): Promise<TokenSet> {
  const { userId, sessionId } = requireUser(ctx)
  const refreshSeconds = ctx.config.REFRESH_TOKEN_SECONDS
  const values = { ...eventValues(ctx), userId, sessionId, organizationId, refreshSeconds }
  const [row] = await switchSession(ctx.db, values)
  if (!row) throw sessionRevoked()
  if (row.id !== null) return issueTokens(ctx, row, toUser(ctx, row))
  if (!row.standing) throw organizationId === null ? sessionRevoked() : notFound()
  requireMetPolicy(row.standing)
  throw sessionRevoked()
}
