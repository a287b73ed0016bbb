import type { Context } from '#core/context'
import { emailUnverified } from '../profiles/problems'
import { secondFactorsOff } from './problems'
import type { Standing } from './standing-queries'

/**
 * Whether an account may have authenticators: not before its address is proved, since what somebody binds to another
 * person's address would stay when its owner proves it; and where they are off, only if its role must have one.
 * Throws `second-factors-off`, `email-unverified`.
 */
export const requireBindable = (
  { config }: Context,
  { emailVerifiedAt, isRequired }: Pick<Standing, 'emailVerifiedAt' | 'isRequired'>,
): void => {
  if (config.MFA_POLICY === 'off' && !isRequired) throw secondFactorsOff()
  if (!emailVerifiedAt) throw emailUnverified()
}
