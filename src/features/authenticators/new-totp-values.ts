import type { Context } from '#core/context'
import { seal } from '#core/secrets'
import { sealedFor } from './read-factor'
import { newTotpSecret } from './totp'

/** A new app: what is stored of it, and the secret that is shown once. */
export const newTotpValues = async (ctx: Context, name = 'Authenticator app') => {
  const secret = newTotpSecret(ctx)
  const totpId = ctx.ids.next()
  const sealedSecret = await seal(ctx, 'totp-seal', sealedFor(totpId), secret)
  return { secret, values: { totpId, name, sealedSecret } }
}
