import type { CoreContext } from '#core/context'
import { listOwnedWithOthers } from './organization-queries'

/** The organizations that somebody owns and others belong to: before their account ends, another has to own them. */
export async function listOrganizationsToTransfer(ctx: Pick<CoreContext, 'db'>, userId: string): Promise<string[]> {
  return (await listOwnedWithOthers(ctx.db, { userId })).map(({ organizationId }) => organizationId)
}
