import { type Context, requireUser } from '#core/context'
import { hashToken } from '#core/secrets'
import { recentSeconds } from '#core/user-authentication'
import { eventValues } from '../audit/event-values'
import { requirePrivileged } from '../authenticators/require-privileged'
import { emailUnverified } from '../profiles/problems'
import { addSeconds } from '../sessions/new-session'
import { type Identity, type IdentityLink, toIdentity } from './contract'
import { linkToCaller } from './exchange-queries'
import { recordRefusedCode } from './flow-queries'
import { challengeOf } from './flow-secrets'
import { identityTaken, invalidIdentityCode } from './problems'

/**
 * Links an account at another provider to the caller's: they asked for it, so nothing has to be proved about its address.
 * Ours must be: what somebody links to another person's address would stay when its owner proves it.
 * Throws `unauthenticated`, `session-revoked`, `insufficient-user-authentication`, `invalid-identity-code`,
 * `email-unverified`, `identity-taken`.
 */
export async function linkIdentity(ctx: Context, { code, codeVerifier }: IdentityLink): Promise<Identity> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await linkToCaller(ctx.db, {
    ...eventValues(ctx),
    userId,
    sessionId,
    freshAfter: addSeconds(ctx.clock.now(), -recentSeconds),
    codeHash: await hashToken(code),
    codeChallenge: await challengeOf(codeVerifier),
    identityId: ctx.ids.next(),
    linkedJobId: ctx.ids.next(),
    refusedEventId: ctx.ids.next(),
  })
  if (!row) {
    const { standing } = await requirePrivileged(ctx)
    if (!standing.emailVerifiedAt) throw emailUnverified()
    await recordRefusedCode(ctx.db, eventValues(ctx))
    throw invalidIdentityCode()
  }
  if (row.id === null) throw identityTaken()
  ctx.pokeJobs()
  return toIdentity(row)
}
