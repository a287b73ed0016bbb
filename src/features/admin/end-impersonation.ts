import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { endImpersonationById } from './impersonation-queries'
import { requireStaff } from './require-staff'

/**
 * Ends a session in which somebody acts as another, whoever they are. Throws `unauthenticated`, `session-revoked`,
 * `not-found`, `insufficient-user-authentication`, `missing-permission`.
 */
export async function endImpersonation(ctx: Context, { sessionId }: { sessionId: string }): Promise<void> {
  await requireStaff(ctx, 'users:impersonate')
  const [ended] = await endImpersonationById(ctx.db, { ...eventValues(ctx), endedId: sessionId })
  if (!ended) throw notFound()
}
