import type { Context } from '#core/context'
import { isSealedByNewest, openSealed, seal } from '#core/secrets'
import { checkAssertion } from './check-assertion'
import type { ShownFactor } from './contract'
import type { ShownValues } from './factor-values'
import { hashRecoveryCode } from './recovery-code'
import type { TotpSecretRow } from './second-factor-queries'
import { findTotpStep } from './totp'

/** Who shows a second factor, and what for. */
export interface Holder {
  userId: string
  totp: TotpSecretRow[]
  purpose: 'second-factor' | 'step-up'
  /** The session that asks, or the log-in that waits. */
  boundTo: string
}

/** A second factor that was shown, as far as can be told outside the database. */
export interface ReadFactor {
  shown: Partial<ShownValues>
  /** What it adds to how the user authenticated (RFC 8176). */
  amr: string[]
}

/** What is bound to a seal of an app's secret. */
export const sealedFor = (id: string): string => `totp_authenticator/${id}`

/** The app that shows a code at this moment, and the step that it is of; its secret is sealed anew if that is due. */
export const findTotp = async (ctx: Context, rows: TotpSecretRow[], code: string): Promise<Partial<ShownValues>> => {
  for (const { id, sealedSecret } of rows) {
    const secret = await openSealed(ctx, 'totp-seal', sealedFor(id), sealedSecret)
    const step = findTotpStep(secret, code, ctx.clock.now())
    if (step === undefined) continue
    const isCurrent = await isSealedByNewest(ctx, sealedSecret)
    return { factorId: id, step, newSeal: isCurrent ? null : await seal(ctx, 'totp-seal', sealedFor(id), secret) }
  }
  return {}
}

/** Reads what was shown. Throws `passkey-check-unavailable`. */
export async function readFactor(ctx: Context, factor: ShownFactor, holder: Holder): Promise<ReadFactor> {
  if (factor.method === 'totp') {
    return { shown: await findTotp(ctx, holder.totp, factor.code), amr: ['otp', 'mfa'] }
  }
  if (factor.method === 'recovery_code') {
    return { shown: { codeHash: await hashRecoveryCode(holder.userId, factor.code) }, amr: ['otp', 'mfa'] }
  }
  const passkey = await checkAssertion(ctx, factor.response, holder)
  if (!passkey) return { shown: {}, amr: [] }
  const { id, counter, isBackedUp, amr } = passkey
  return { shown: { factorId: id, counter, isBackedUp }, amr: [amr, 'user', 'mfa'] }
}
