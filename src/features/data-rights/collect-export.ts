import type { StoredBlob } from '#core/blobs'
import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { hashToken } from '#core/secrets'
import type { EmailToken } from '../accounts/contract'
import { invalidEmailToken } from '../accounts/problems'
import { eventValues } from '../audit/event-values'
import { addSeconds } from '../sessions/new-session'
import { consumeExport, findArchive } from './delivery-queries'

/** How long a download may take before the archive goes. */
const downloadSeconds = 3600

/**
 * Gives the archive that a mailed token fetches, once; then it is dropped. The store is asked before the token is used up,
 * so that one that is away costs nobody their archive. Throws `invalid-email-token`, `rate-limited`, `limits-unavailable`.
 */
export async function collectExport(ctx: Context, { token }: EmailToken): Promise<StoredBlob> {
  await admit(ctx, ['consumeToken', ctx.request.network])
  const tokenHash = await hashToken(token)
  const [archive] = await findArchive(ctx.db, { tokenHash, now: ctx.clock.now() })
  const blob = archive && (await ctx.blobs.get(archive.key))
  if (!blob) throw invalidEmailToken()
  const event = eventValues(ctx)
  const dropAfter = addSeconds(event.now, downloadSeconds)
  const [consumed] = await consumeExport(ctx.db, { ...event, tokenHash, dropAfter })
  if (consumed) return blob
  await blob.body.cancel()
  throw invalidEmailToken()
}
