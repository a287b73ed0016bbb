import type { Context } from '#core/context'
import { describeError } from '#core/describe-error'
import { modeWithout } from '#core/outages'
import { retryAfter } from '#core/problem'
import { invalidFields } from '#core/problems'
import { findPasswordFault, normalizePassword, passwordFaultMessages } from './password-policy'
import { passwordCheckUnavailable } from './problems'

const unavailableSeconds = 30

const messages = {
  ...passwordFaultMessages,
  password_common: 'Too many people use this password. Choose another, such as four words at random.',
  password_breached: 'This password is known from a data breach. Choose one that you have never used.',
}

/** A list that can't be read refuses nobody: it comes with the deployment, so nothing that a person does will mend it. */
const isCommon = async (ctx: Context, password: string): Promise<boolean> => {
  try {
    return await ctx.commonPasswords.has(password)
  } catch (error) {
    const cause = describeError(error)
    ctx.log({ level: 'warn', message: 'list of common passwords unavailable', requestId: ctx.request.id, cause })
    return false
  }
}

const findBreach = async (ctx: Context, password: string) => {
  if (ctx.config.BREACH_CHECK === 'off') return 'absent'
  const found = await ctx.breaches.find(password)
  if (found !== 'unavailable') return found
  ctx.log({ level: 'warn', message: 'breach check unavailable', requestId: ctx.request.id })
  return modeWithout(ctx, 'breaches') === 'open' ? 'absent' : found
}

const findFault = async (ctx: Context, password: string, email: string): Promise<keyof typeof messages | undefined> => {
  const fault = findPasswordFault(password, email)
  if (fault) return fault
  const normal = normalizePassword(password)
  const [common, breach] = await Promise.all([isCommon(ctx, normal), findBreach(ctx, normal)])
  if (common) return 'password_common'
  if (breach === 'found') return 'password_breached'
  if (breach === 'unavailable') throw passwordCheckUnavailable(retryAfter(unavailableSeconds))
  return undefined
}

/**
 * Lets a new password pass that its owner may have, for the account with `email`. Throws `invalid-request` with the rule
 * that fails, at `pointer`, and how to meet it; `password-check-unavailable` where the breach check must be made and
 * can't be.
 */
export async function checkNewPassword(
  ctx: Context,
  password: string,
  { email, pointer }: { email: string; pointer: string },
): Promise<void> {
  const code = await findFault(ctx, password, email)
  if (code) throw invalidFields([{ pointer, code, message: messages[code] }])
}
