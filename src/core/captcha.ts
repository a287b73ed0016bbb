import type { Context } from './context'
import { admit } from './limits'
import { modeWithout } from './outages'
import { retryAfter } from './problem'
import { captchaRequired, captchaUnavailable } from './problems'

const unavailableSeconds = 5

/**
 * Lets a caller pass who solved a challenge, and everybody where none is asked for. It comes before limits that belong to
 * an address, so that nobody uses these up without a challenge; the request is counted by the usual ones first.
 * Throws `captcha-required` with the provider and the key that a page needs to show one, `captcha-unavailable`,
 * `rate-limited`, `limits-unavailable`.
 */
export const requireCaptcha = async (ctx: Context, token: string | undefined): Promise<void> => {
  const { CAPTCHA_PROVIDER: provider, CAPTCHA_SITE_KEY: siteKey } = ctx.config
  if (provider === 'off') return
  await admit(ctx)
  if (token === undefined) throw captchaRequired({ extensions: { provider, siteKey } })
  const verdict = await ctx.captcha.verify(token, ctx.request.ipAddress)
  if (verdict === 'solved') return
  if (verdict === 'unsolved') {
    throw captchaRequired({
      detail: 'This challenge was not solved, or was used before.',
      extensions: { provider, siteKey },
    })
  }
  if (modeWithout(ctx, 'captcha') === 'closed') throw captchaUnavailable(retryAfter(unavailableSeconds))
}
