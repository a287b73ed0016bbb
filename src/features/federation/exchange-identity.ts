import type { Context } from '#core/context'
import { admit } from '#core/limits'
import { countLogIn } from '../authenticators/count-log-in'
import type { LogInOutcome } from '../authenticators/log-in-contract'
import type { IdentityExchange } from './contract'
import { useIdentityCode } from './use-identity-code'

/**
 * Logs in by the code that a log-in at another provider came back with. Throws `invalid-identity-code`,
 * `identity-conflict`, `identity-unproved`, `rate-limited`, `limits-unavailable`.
 */
export async function exchangeIdentity(ctx: Context, exchange: IdentityExchange): Promise<LogInOutcome> {
  return countLogIn(ctx, 'federation', async () => {
    await admit(ctx, ['federation', ctx.request.network])
    return useIdentityCode(ctx, exchange)
  })
}
