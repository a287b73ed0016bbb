import type { Context } from '#core/context'
import type { OrganizationPermission } from '#core/permissions'
import { lacking, Problem } from '#core/problem'
import { missingPermission, notFound } from '#core/problems'
import type { Database } from '#db/database'
import { withinTenant } from '#db/tenant'
import { findStanding } from './member-queries'
import { holdOrganization } from './organization-queries'
import { type Member, requireMember } from './require-member'
import { allowedBy } from './role-contract'

/** What a member may do by now; keys of the organization do what their request was let in with. */
const standingOf = async (ctx: Context, db: Database, organizationId: string, member: Member): Promise<Member> => {
  if (member.userId === null) return member
  const [standing] = await findStanding(db, { organizationId, userId: member.userId })
  if (!standing) throw notFound()
  const { role } = standing
  return { ...member, role, permissions: allowedBy(role, standing.permissions, ctx.config.APPLICATION_PERMISSIONS) }
}

/**
 * Does `work` as somebody who may do something for an organization (null: as a member, whatever they may), in a transaction that sees that
 * organization alone and in which nobody else changes its members, roles or invitations; what they may is read there again.
 * A problem that `work` returns refuses and keeps what was written, one that it throws leaves nothing.
 * Throws what `requireMember` throws.
 */
export async function actForOrganization<Result>(
  ctx: Context,
  organizationId: string,
  permission: OrganizationPermission | null,
  work: (db: Database, acting: Member) => Promise<Result | Problem>,
): Promise<Result> {
  const member = await requireMember(ctx, organizationId, permission)
  const result = await withinTenant(ctx.db, organizationId, async (db) => {
    const [held] = await holdOrganization(db, { organizationId })
    if (!held) throw notFound()
    const acting = await standingOf(ctx, db, organizationId, member)
    if (permission !== null && !acting.permissions.includes(permission)) {
      throw missingPermission(lacking('organization', permission))
    }
    return work(db, acting)
  })
  if (result instanceof Problem) throw result
  return result
}
