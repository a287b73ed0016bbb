import { type Context, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { secondFactorPolicy } from '../access/second-factor-policy'
import type { MfaState } from './contract'
import { findMfaState } from './standing-queries'

const toInstant = (text: string) => new Date(text).toISOString()

/** The caller's second factors, and whether they must have one. Throws `unauthenticated`, `session-revoked`. */
export async function getMfaState(ctx: Context): Promise<MfaState> {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await findMfaState(ctx.db, {
    ...secondFactorPolicy(ctx.config),
    userId,
    sessionId,
    now: ctx.clock.now(),
    graceSeconds: ctx.config.MFA_GRACE_SECONDS,
  })
  if (!row) throw sessionRevoked()
  return {
    methods: row.methods,
    totp: row.totp.map(({ id, name, createdAt, lastUsedAt }) => ({
      id,
      name,
      createdAt: toInstant(createdAt),
      lastUsedAt: lastUsedAt && toInstant(lastUsedAt),
    })),
    recoveryCodesLeft: row.recoveryCodesLeft,
    isRequired: row.isRequired,
    dueAt: row.isRequired && row.methods.length === 0 ? row.dueAt.toISOString() : null,
  }
}
