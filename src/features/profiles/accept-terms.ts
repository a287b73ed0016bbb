import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { listTerms } from './list-terms'
import { termsChanged } from './problems'
import type { TermsAcceptance } from './terms-contract'
import { acceptOwnTerms } from './terms-queries'

/**
 * Records that the caller accepted a document in its current version; a second time changes nothing.
 * Throws `unauthenticated`, `session-revoked`, `terms-changed`.
 */
export async function acceptTerms(ctx: Context, { document, version }: TermsAcceptance): Promise<void> {
  const { userId, sessionId } = requireUser(ctx)
  const isCurrent = listTerms(ctx).items.some((item) => item.document === document && item.version === version)
  if (!isCurrent) throw termsChanged()
  const terms = JSON.stringify([{ document, version }])
  const [row] = await acceptOwnTerms(ctx.db, { ...eventValues(ctx), userId, sessionId, terms })
  if (!row) throw sessionRevoked()
}
