import type { CoreContext } from '#core/context'
import { lowerAscii } from '#core/text'
import { forgetBouncedAddress } from './queries'

/** Lets mail go to an address again that mail came back from. @returns whether it had been marked */
export const allowAddress = async (ctx: CoreContext, email: string): Promise<boolean> =>
  (await forgetBouncedAddress(ctx.db, { email: lowerAscii(email.trim()) })).length > 0
