import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { listTerms } from './list-terms'
import type { OwnTermsList } from './terms-contract'
import { listOwnAcceptances } from './terms-queries'

/** What there is to accept, and what of it the caller accepted. Throws `unauthenticated`, `session-revoked`. */
export async function listOwnTerms(ctx: Context): Promise<OwnTermsList> {
  const { userId, sessionId } = requireUser(ctx)
  const rows = await listOwnAcceptances(ctx.db, { userId, sessionId, now: ctx.clock.now() })
  if (rows.length === 0) throw sessionRevoked()
  const accepted = rows.filter((row) => row.document !== null)
  const items = listTerms(ctx).items.map((current) => {
    const ofDocument = accepted.filter(({ document }) => document === current.document)
    const ofCurrent = ofDocument.find(({ version }) => version === current.version)
    const last = ofCurrent ?? ofDocument[0]
    return {
      ...current,
      acceptedVersion: last?.version ?? null,
      acceptedAt: last?.acceptedAt.toISOString() ?? null,
      isCurrent: ofCurrent !== undefined,
    }
  })
  return { items }
}
