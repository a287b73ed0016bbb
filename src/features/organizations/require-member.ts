import { type Actor, type Context, requireUser } from '#core/context'
import { type OrganizationPermission, toOrganizationAccess } from '#core/permissions'
import { lacking } from '#core/problem'
import { missingPermission, notFound, sessionRevoked } from '#core/problems'
import { recheckMachine } from '../api-keys/recheck-machine'
import { requireMetPolicy } from './require-met-policy'
import { findMembership } from './standing-queries'

/** Who acts for an organization: a member, or one of its keys. */
export interface Member {
  userId: string | null
  sessionId: string | null
  role: string | null
  /** What they may do for it, of the organization's permissions and the application's own. */
  permissions: string[]
}

const findMember = async (ctx: Context, organizationId: string): Promise<Member> => {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await findMembership(ctx.db, { userId, sessionId, organizationId, now: ctx.clock.now() })
  if (!row) throw sessionRevoked()
  if (!row.access) throw notFound()
  requireMetPolicy(row.access)
  const { role, permissions } = toOrganizationAccess(row.access, ctx.config.APPLICATION_PERMISSIONS)
  return { userId, sessionId, role, permissions }
}

/** A key of the organization, as it is now. To keys of others there is no such organization. */
const toKeyMember = async (ctx: Context, actor: Extract<Actor, { kind: 'machine' }>, organizationId: string) => {
  if (actor.organizationId !== organizationId) throw notFound()
  return { userId: null, sessionId: null, role: null, permissions: await recheckMachine(ctx, actor) } satisfies Member
}

/**
 * Whoever may do something for an organization: the first line of every verb on its things. It asks the database, so that
 * whoever was removed is refused at once; to who is no member, there is no such organization.
 * @param permission null where it is enough to belong to it
 * Throws `unauthenticated`, `session-revoked`, `invalid-api-key`, `not-found`, `insufficient-user-authentication`, `organization-policy-unmet`, `missing-permission`.
 */
export async function requireMember(
  ctx: Context,
  organizationId: string,
  permission: OrganizationPermission | null,
): Promise<Member> {
  const { actor } = ctx
  const member = await (actor.kind === 'machine'
    ? toKeyMember(ctx, actor, organizationId)
    : findMember(ctx, organizationId))
  if (permission !== null && !member.permissions.includes(permission)) {
    throw missingPermission(lacking('organization', permission))
  }
  return member
}
