import { type Context, requireUser } from '#core/context'
import { admit } from '#core/limits'
import { sessionRevoked } from '#core/problems'
import { hashToken } from '#core/secrets'
import type { EmailToken } from '../accounts/contract'
import { invalidEmailToken } from '../accounts/problems'
import { emailUnverified } from '../profiles/problems'
import { joinByInvitation } from './join-by-invitation'
import type { Organization } from './organization-contract'
import { findOpenInvitation } from './own-invitation-queries'
import { invitationForAnother } from './problems'
import { refuseInvitation } from './refuse-invitation'

/**
 * Joins the caller to the organization whose invitation was mailed to them, once: the address that it went to must be their
 * account's and proved. Whoever is refused for that is recorded, and the invitation stays open. Throws `unauthenticated`,
 * `session-revoked`, `invalid-email-token`, `invitation-for-another`, `email-unverified`, `rate-limited`.
 */
export async function acceptMailedInvitation(ctx: Context, { token }: EmailToken): Promise<Organization> {
  const caller = requireUser(ctx)
  const { userId, sessionId } = caller
  await admit(ctx, ['consumeToken', ctx.request.network])
  const tokenHash = await hashToken(token)
  const values = { userId, sessionId, now: ctx.clock.now(), invitationId: null, tokenHash }
  const [found] = await findOpenInvitation(ctx.db, values)
  if (!found) throw sessionRevoked()
  if (found.id === null) throw invalidEmailToken()
  if (!found.isToCaller) throw await refuseInvitation(ctx, caller, found, invitationForAnother())
  if (!found.isProved) throw await refuseInvitation(ctx, caller, found, emailUnverified())
  const organization = await joinByInvitation(ctx, caller, found, tokenHash)
  if (!organization) throw invalidEmailToken()
  return organization
}
