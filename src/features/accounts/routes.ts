import { crossSiteRequest } from '#core/problems'
import { setTokenCookies } from '#http/cookies'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { isSameSite } from '#http/same-site'
import { validate } from '#http/validate'
import { CookieTokenSet, TokenSet } from '../sessions/contract'
import { toCookieTokenSet } from '../sessions/to-cookie-token-set'
import { ActivationAnswer, EmailOnly, EmailToken, LogIn, Registered, Registration } from './contract'
import { logIn } from './log-in'
import { emailTaken, emailUnverified, invalidCredentials, invalidEmailToken } from './problems'
import { register, registerAndLogIn } from './register'
import { resendVerification } from './resend-verification'
import { verifyEmail } from './verify-email'

export const accounts = createRouter()
  .post(
    '/auth/register',
    describe({
      summary: 'Register',
      description:
        'Where addresses must be proved first, the answer is 202 for every address. Otherwise 201, and the user is logged in.',
      caller: 'anyone',
      answers: {
        201: { description: 'Registered and logged in (EMAIL_VERIFICATION=optional).', schema: Registered },
        202: { description: 'We wrote to the address (EMAIL_VERIFICATION=required).', schema: ActivationAnswer },
      },
      problems: [emailTaken],
    }),
    validate('json', Registration),
    async (c) =>
      c.env.config.EMAIL_VERIFICATION === 'required'
        ? c.json(await register(c.var.ctx, c.req.valid('json')), 202)
        : c.json(await registerAndLogIn(c.var.ctx, c.req.valid('json')), 201),
  )
  .post(
    '/auth/login',
    describe({
      summary: 'Log in',
      caller: 'anyone',
      answers: { 200: { description: 'Tokens, by the transport asked for.', schema: TokenSet.or(CookieTokenSet) } },
      problems: [invalidCredentials, emailUnverified, crossSiteRequest],
    }),
    validate('json', LogIn),
    async (c) => {
      const request = c.req.valid('json')
      if (request.transport !== 'cookie') return c.json(await logIn(c.var.ctx, request), 200)
      if (!isSameSite(c)) throw crossSiteRequest()
      const tokens = await logIn(c.var.ctx, request)
      setTokenCookies(c, tokens)
      return c.json(toCookieTokenSet(tokens), 200)
    },
  )
  .post(
    '/auth/email/verify',
    describe({
      summary: 'Prove an e-mail address',
      caller: 'anyone',
      answers: { 200: { description: 'The address is proved.', schema: ActivationAnswer } },
      problems: [invalidEmailToken],
    }),
    validate('json', EmailToken),
    async (c) => c.json(await verifyEmail(c.var.ctx, c.req.valid('json')), 200),
  )
  .post(
    '/auth/email/verify/resend',
    describe({
      summary: 'Mail the verification link again',
      caller: 'anyone',
      answers: { 202: { description: 'If the address needs a link, one is on its way.' } },
    }),
    validate('json', EmailOnly),
    async (c) => {
      await resendVerification(c.var.ctx, c.req.valid('json'))
      return c.body(null, 202)
    },
  )
