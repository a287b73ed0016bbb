import type { CoreContext } from '#core/context'
import { notFound } from '#core/problems'
import { type ActivityItem, toActivityItem } from '../profiles/activity-contract'
import { EmailAddress } from '../profiles/email-address-contract'
import { shownValues } from '../profiles/shown-values'
import { listActivityByEmail } from './activity-queries'

const shown = 100

/** What happened last to whoever has an address, newest first. For the operator. Throws `not-found`. */
export async function listActivityOf(ctx: CoreContext, address: string): Promise<ActivityItem[]> {
  const email = EmailAddress.safeParse(address).data ?? ''
  const rows = await listActivityByEmail(ctx.db, { email, ...shownValues(ctx, { limit: shown }) })
  if (rows.length === 0) throw notFound()
  return rows
    .filter((row) => row.id !== null)
    .slice(0, shown)
    .map(toActivityItem)
}
