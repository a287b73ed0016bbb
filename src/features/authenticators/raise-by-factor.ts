import { type Context, requireUser } from '#core/context'
import { admit } from '#core/limits'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import { toUser } from '../profiles/contract'
import type { TokenSet } from '../sessions/contract'
import { issueTokens } from '../sessions/issue-tokens'
import { raiseValues } from '../sessions/raise-values'
import type { ShownFactor } from './contract'
import { countSecondFactor } from './count-second-factor'
import { factorValues } from './factor-values'
import { readFactor } from './read-factor'
import { refuseFactor } from './refuse-factor'
import { findOwnTotp, raiseByMethod } from './second-factor-queries'

const raise = async (ctx: Context, factor: ShownFactor): Promise<TokenSet> => {
  const { userId, sessionId } = requireUser(ctx)
  const [[own]] = await Promise.all([
    findOwnTotp(ctx.db, { userId, sessionId, now: ctx.clock.now() }),
    admit(ctx, ['secondFactor', userId]),
  ])
  if (!own) throw sessionRevoked()
  const holder = { userId, totp: own.totp, purpose: 'step-up', boundTo: sessionId } as const
  const { shown, amr } = await readFactor(ctx, factor, holder)
  const factorId = shown.factorId ?? null
  const [row] = await raiseByMethod[factor.method](ctx.db, {
    ...eventValues(ctx),
    ...raiseValues(ctx.config, { amr, acr: 'aal2', secondFactorId: factorId }),
    ...factorValues(ctx, shown),
    userId,
    sessionId,
  })
  if (!row) throw sessionRevoked()
  if (row.sessionId === null) return refuseFactor(ctx, { method: factor.method, userId, shown }, row)
  ctx.pokeJobs()
  return issueTokens(ctx, row, toUser(ctx, row))
}

/**
 * Raises the caller's session by a second factor; its tokens are replaced. Throws `unauthenticated`, `session-revoked`,
 * `invalid-code`, `invalid-passkey`, `second-factor-locked`, `rate-limited`, `limits-unavailable`, `passkey-check-unavailable`.
 */
export async function raiseByFactor(ctx: Context, factor: ShownFactor): Promise<TokenSet> {
  return countSecondFactor(ctx, factor.method, () => raise(ctx, factor))
}
