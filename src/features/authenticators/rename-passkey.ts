import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { eventValues } from '../audit/event-values'
import type { AuthenticatorRename } from './contract'
import { renameOwnPasskey } from './removal-queries'
import { requirePrivileged } from './require-privileged'

/**
 * Gives a passkey of the caller another name. Throws `unauthenticated`, `session-revoked`,
 * `insufficient-user-authentication`, `not-found`.
 */
export async function renamePasskey(ctx: Context, { id, name }: AuthenticatorRename & { id: string }): Promise<void> {
  const { standing: _, ...caller } = await requirePrivileged(ctx)
  const [row] = await renameOwnPasskey(ctx.db, { ...eventValues(ctx), ...caller, id, name })
  if (!row) throw notFound()
}
