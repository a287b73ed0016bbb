import type { Config } from '#core/config'
import type { Captcha, Clock } from '#core/platform'
import { createBreaker } from './circuit-breaker'

const verifyUrls = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  hcaptcha: 'https://api.hcaptcha.com/siteverify',
}

const deadlineMs = 2000

/**
 * Faults of ours, or of theirs: they say nothing of the caller (both providers name them so). `bad-request` is none of
 * them, since a caller's token could bring it about and so, where callers pass during an outage, open the door.
 */
const ourFaults =
  /^(missing-input-secret|invalid-input-secret|internal-error|sitekey-secret-mismatch|not-using-dummy-secret)$/

/** Refusals come with 200 or 400; a solved challenge with 200 only. */
const isVerdict = (status: number, success: unknown) =>
  success === true ? status === 200 : success === false && (status === 200 || status === 400)

const membersOf = (answer: unknown): { success: unknown; codes: unknown[] } => {
  const { success, 'error-codes': codes } = Object(answer)
  return { success, codes: Array.isArray(codes) ? codes : [] }
}

/** Turnstile and hCaptcha, which speak alike: a form with the secret and the token, JSON with `success`. */
export const createCaptcha = (config: Config, clock: Clock): Captcha => {
  const { CAPTCHA_PROVIDER: provider, CAPTCHA_SECRET: secret = '', CAPTCHA_SITE_KEY: siteKey = '' } = config
  // Nobody is asked for a challenge, so nobody brings one.
  if (provider === 'off') return { verify: async () => 'unavailable' }
  const url = config.CAPTCHA_URL ?? verifyUrls[provider]
  const breaker = createBreaker({ clock })

  const ask = async (token: string, remoteAddress: string | null) => {
    const form = { secret, response: token, sitekey: siteKey, ...(remoteAddress && { remoteip: remoteAddress }) }
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
      signal: AbortSignal.timeout(deadlineMs),
    })
    const { success, codes } = membersOf(await response.json())
    const isOurs = codes.some((code) => ourFaults.test(String(code)))
    if (isOurs || !isVerdict(response.status, success)) throw new Error('The provider gave no verdict.')
    return success === true
  }

  return {
    verify: async (token, remoteAddress) => {
      try {
        return (await breaker.run(() => ask(token, remoteAddress))) ? 'solved' : 'unsolved'
      } catch {
        return 'unavailable'
      }
    },
  }
}
