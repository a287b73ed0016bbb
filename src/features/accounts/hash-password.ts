import type { Context } from '#core/context'
import { normalizePassword } from './password-policy'

/** The hash of a password that was let pass, for whoever sets it. Throws `overloaded`. */
export const hashPassword = (ctx: Context, password: string): Promise<string> =>
  ctx.passwords.hash(normalizePassword(password))
