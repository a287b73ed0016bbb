import { type Context, requireUser } from '#core/context'
import { admit } from '#core/limits'
import { sessionRevoked } from '#core/problems'
import { eventValues } from '../audit/event-values'
import type { StepUp } from '../authenticators/contract'
import { raiseByFactor } from '../authenticators/raise-by-factor'
import { toUser } from '../profiles/contract'
import type { TokenSet } from '../sessions/contract'
import { issueTokens } from '../sessions/issue-tokens'
import { raiseValues } from '../sessions/raise-values'
import { checkOwnPassword } from './check-own-password'
import { raiseByPassword } from './password-queries'
import { countRefusedStepUp } from './refused-password-queries'

const stepUpByPassword = async (ctx: Context, password: string): Promise<TokenSet> => {
  const { userId, sessionId } = requireUser(ctx)
  const { subject, passwordHash } = await checkOwnPassword(ctx, password, {
    countRefused: countRefusedStepUp,
    meanwhile: () => admit(ctx, ['secondFactor', userId]),
    needsOwnLevel: false,
  })
  const [row] = await raiseByPassword(ctx.db, {
    ...eventValues(ctx),
    ...raiseValues(ctx.config, { amr: ['pwd'], acr: 'aal1' }),
    userId,
    sessionId,
    subject,
    passwordHash,
  })
  if (!row) throw sessionRevoked()
  return issueTokens(ctx, row, toUser(ctx, row))
}

/**
 * Lets the caller show again, or more strongly, that it is them (RFC 9470): the same session goes on, with a fresh
 * `auth_time` and, by a second factor, at `aal2`. Its tokens are replaced. A wrong password counts like one at a log-in.
 * Throws `unauthenticated`, `session-revoked`, `invalid-credentials`, `account-locked`, `invalid-code`, `invalid-passkey`,
 * `second-factor-locked`, `rate-limited`, `limits-unavailable`, `overloaded`, `passkey-check-unavailable`.
 */
export async function stepUp(ctx: Context, shown: StepUp): Promise<TokenSet> {
  return shown.method === 'password' ? stepUpByPassword(ctx, shown.password) : raiseByFactor(ctx, shown)
}
