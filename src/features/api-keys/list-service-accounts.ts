import type { Context } from '#core/context'
import { type PageQuery, toPage } from '#core/pagination'
import { type AccountDoor, type ServiceAccountPage, toServiceAccount } from './contract'
import { listServiceAccountRows } from './service-account-queries'
import { withinOwner } from './within-owner'

/** The service accounts of an organization or of the platform, oldest first. Throws what the door throws. */
export async function listServiceAccounts(
  ctx: Context,
  door: AccountDoor,
  { limit, cursor }: PageQuery,
): Promise<ServiceAccountPage> {
  const { organizationId } = await door(ctx, 'read')
  const values = { organizationId, limit: limit + 1, cursor: cursor ?? null }
  const rows = await withinOwner(ctx, values, (db) => listServiceAccountRows(db, values))
  return toPage(rows, limit, toServiceAccount)
}
