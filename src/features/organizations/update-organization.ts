import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { actForOrganization } from './act-for-organization'
import { type Organization, type OrganizationChanges, toOrganization } from './organization-contract'
import { renameOrganization } from './organization-queries'

/** Changes the name of an organization, for who may `organization:update`. Throws what `requireMember` throws. */
export const updateOrganization = (
  ctx: Context,
  organizationId: string,
  { name }: OrganizationChanges,
): Promise<Organization> =>
  actForOrganization(ctx, organizationId, 'organization:update', async (db, acting) => {
    const [row] = await renameOrganization(db, { ...eventValues(ctx), organizationId, name })
    if (!row) throw notFound()
    return toOrganization(row, acting.role)
  })
