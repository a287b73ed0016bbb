import { type Context, requireUser } from '#core/context'
import type { Problem } from '#core/problem'
import { invalidFields, missingPermission, notFound } from '#core/problems'
import type { Database } from '#db/database'
import { withinTenant } from '#db/tenant'
import { eventValues } from '../audit/event-values'
import { requirePrivileged } from '../authenticators/require-privileged'
import { actForOrganization } from './act-for-organization'
import { mostOwned } from './create-organization'
import { findStanding, makeOwner, recordTransferRefusal, setMemberRole } from './member-queries'
import { type Organization, type Transfer, toOrganization } from './organization-contract'
import { countOwned, findOrganization } from './organization-queries'
import { limitReached } from './problems'
import { requireMember } from './require-member'

const alreadyOwner = () =>
  invalidFields([{ pointer: '/userId', code: 'already_owner', message: 'Name another member.' }])

/**
 * Makes another member the owner, and the owner an admin: the owner may, who showed a moment ago that it is them. Tries of
 * others, and those with somebody who does not belong to it, are recorded. Throws what `requireMember` and
 * `requirePrivileged` throw, `not-found` for who is no member, `limit-reached`, `invalid-request`.
 */
export async function transferOrganization(
  ctx: Context,
  organizationId: string,
  { userId }: Transfer,
): Promise<Organization> {
  const { userId: ownerId } = requireUser(ctx)
  const refuse = async (db: Database, problem: Problem): Promise<Problem> => {
    await recordTransferRefusal(db, { ...eventValues(ctx), organizationId, userId: ownerId })
    return problem
  }
  const { role } = await requireMember(ctx, organizationId, null)
  if (role !== 'owner') {
    throw await withinTenant(ctx.db, organizationId, (db) => refuse(db, missingPermission()))
  }
  await requirePrivileged(ctx)
  if (userId === ownerId) throw alreadyOwner()
  const [owned] = await countOwned(ctx.db, { userId })
  return actForOrganization(ctx, organizationId, null, async (db, acting) => {
    if (acting.role !== 'owner') return refuse(db, missingPermission())
    const [heir] = await findStanding(db, { organizationId, userId })
    if (!heir?.isOpen) return refuse(db, notFound())
    if (owned && owned.count >= mostOwned) throw limitReached({ extensions: { most: mostOwned } })
    // One after the other: an index allows one owner at every moment.
    await setMemberRole(db, { ...eventValues(ctx), organizationId, userId: ownerId, from: 'owner', role: 'admin' })
    await makeOwner(db, { ...eventValues(ctx), organizationId, userId, formerOwnerId: ownerId })
    const [row] = await findOrganization(db, { organizationId })
    if (!row) throw notFound()
    return toOrganization(row, 'admin')
  })
}
