import type { Context } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { newPasskeyChallenge } from './new-passkey-challenge'
import type { PasskeyCreationOptions } from './passkey-contract'
import { toCreationOptions } from './passkey-options'
import { issueRegisterChallenge } from './passkey-queries'
import { requireBindable } from './require-bindable'
import { requirePrivileged } from './require-privileged'

/**
 * Gives the caller's browser what it needs to make a passkey. Throws `unauthenticated`, `session-revoked`,
 * `insufficient-user-authentication`, `email-unverified`, `second-factors-off`.
 */
export async function beginPasskey(ctx: Context): Promise<PasskeyCreationOptions> {
  const { standing, userId, sessionId } = await requirePrivileged(ctx)
  requireBindable(ctx, standing)
  const { challenge, values } = await newPasskeyChallenge(ctx)
  const [row] = await issueRegisterChallenge(ctx.db, { ...values, userId, sessionId })
  if (!row) throw sessionRevoked()
  return toCreationOptions(ctx, challenge, { id: userId, email: standing.email }, row.credentials)
}
