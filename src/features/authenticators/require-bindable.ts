import type { Context } from '#core/context'
import { emailUnverified } from '../profiles/problems'
import { secondFactorsOff } from './problems'
import type { Standing } from './standing-queries'

/**
 * Whether an account may have authenticators: not before its address is proved, since what somebody binds to another
 * person's address would stay when its owner proves it. Throws `second-factors-off`, `email-unverified`.
 */
export const requireBindable = ({ config }: Context, { emailVerifiedAt }: Pick<Standing, 'emailVerifiedAt'>): void => {
  if (config.MFA_POLICY === 'off') throw secondFactorsOff()
  if (!emailVerifiedAt) throw emailUnverified()
}
