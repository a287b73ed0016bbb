import { type Context, requireUser } from '#core/context'
import { notFound } from '#core/problems'
import { findOwnInvitation } from './find-own-invitation'
import { joinByInvitation } from './join-by-invitation'
import type { Organization } from './organization-contract'

/** Joins the caller to an organization by an invitation to their proved address, once. Throws what `findOwnInvitation` throws. */
export async function acceptOwnInvitation(ctx: Context, invitationId: string): Promise<Organization> {
  const found = await findOwnInvitation(ctx, invitationId)
  const organization = await joinByInvitation(ctx, requireUser(ctx), found, null)
  if (!organization) throw notFound()
  return organization
}
