import { type Context, requireUser } from '#core/context'
import { admit } from '#core/limits'
import { isWithin } from '#core/permissions'
import { eventValues } from '../audit/event-values'
import { addSeconds } from '../sessions/new-session'
import { actForOrganization } from './act-for-organization'
import { findRolePermissions } from './find-role-permissions'
import { type Invitation, type NewInvitation, toInvitation } from './invitation-contract'
import { findInvitedRole, upsertInvitation } from './invitation-queries'
import { ownerMustTransfer } from './problems'
import { refuseRole } from './refuse-role'
import { allowedBy } from './role-contract'
import { unknownRole } from './unknown-role'

const lifeSeconds = 7 * 86_400

/** Whom invitations are counted by: an account, or an API key. */
const inviterOf = (ctx: Context): string => (ctx.actor.kind === 'machine' ? ctx.actor.keyId : requireUser(ctx).userId)

/**
 * Invites an address to an organization, or renews its invitation, for who may `members:invite`: neither the role nor the one
 * that it was invited as before may allow more than the caller may do; who is refused for that is recorded. The answer is
 * the same whether or not somebody has the address. Throws what `requireMember` throws, `role-above-own`,
 * `owner-must-transfer`, `invalid-request` for a role that there is not, `rate-limited`.
 */
export async function inviteMember(
  ctx: Context,
  organizationId: string,
  { email, role }: NewInvitation,
): Promise<Invitation> {
  await admit(ctx, ['invite', inviterOf(ctx)], ['sendMail', 'invitation', email])
  const { APPLICATION_PERMISSIONS } = ctx.config
  const row = await actForOrganization(ctx, organizationId, 'members:invite', async (db, acting) => {
    const event = eventValues(ctx)
    const wanted = await findRolePermissions(ctx, db, organizationId, role)
    if (!wanted) throw unknownRole()
    const [before] = await findInvitedRole(db, { organizationId, now: event.now, invitationId: null, email })
    const held = before ? allowedBy(before.role, before.permissions, APPLICATION_PERMISSIONS) : []
    if (!isWithin([...held, ...wanted], acting.permissions)) return refuseRole(ctx, db, organizationId, { role })
    if (role === 'owner') throw ownerMustTransfer()
    const [invited] = await upsertInvitation(db, {
      ...event,
      organizationId,
      invitationId: ctx.ids.next(),
      email,
      role,
      invitedBy: acting.userId,
      expiresAt: addSeconds(event.now, lifeSeconds),
      jobId: ctx.ids.next(),
    })
    if (!invited) throw new Error('An invitation is written, or renewed.')
    return invited
  })
  ctx.pokeJobs()
  return toInvitation(row)
}
