import { captchaRequired, captchaUnavailable, crossSiteRequest } from '#core/problems'
import { describe } from '#http/describe'
import { rememberDevice } from '#http/remember-device'
import { respondWithOutcome } from '#http/respond-with-tokens'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { LoggedIn } from '../authenticators/log-in-contract'
import { emailUnverified, termsNotAccepted } from '../profiles/problems'
import { issueDeviceToken } from '../sessions/issue-device-token'
import { ActivationAnswer, EmailLogIn, EmailToken, LogIn, MailRequest, Registered, Registration } from './contract'
import { logIn } from './log-in'
import { logInByMail } from './log-in-by-mail'
import {
  accountLocked,
  emailTaken,
  invalidCredentials,
  invalidEmailCode,
  invalidEmailToken,
  passwordCheckUnavailable,
} from './problems'
import { register, registerAndLogIn } from './register'
import { requestLogInMail } from './request-log-in-mail'
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
      problems: [emailTaken, termsNotAccepted, captchaRequired, captchaUnavailable, passwordCheckUnavailable],
    }),
    validate('json', Registration),
    async (c) => {
      if (c.env.config.EMAIL_VERIFICATION === 'required') {
        return c.json(await register(c.get('ctx'), c.req.valid('json')), 202)
      }
      const registered = await registerAndLogIn(c.get('ctx'), c.req.valid('json'))
      await rememberDevice(c, 'bearer', await issueDeviceToken(c.get('ctx'), registered.user.id))
      return c.json(registered, 201)
    },
  )
  .post(
    '/auth/login',
    describe({
      summary: 'Log in',
      caller: 'anyone',
      answers: {
        200: {
          description: 'Tokens, by the transport asked for, or the challenge for a second factor.',
          schema: LoggedIn,
        },
      },
      problems: [
        invalidCredentials,
        accountLocked,
        emailUnverified,
        crossSiteRequest,
        captchaRequired,
        captchaUnavailable,
      ],
    }),
    validate('json', LogIn),
    async (c) => {
      const request = c.req.valid('json')
      return c.json(await respondWithOutcome(c, request.transport, () => logIn(c.get('ctx'), request)), 200)
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
    async (c) => c.json(await verifyEmail(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/auth/email/verify/resend',
    describe({
      summary: 'Mail the verification link again',
      caller: 'anyone',
      answers: { 202: { description: 'If the address needs a link, one is on its way.' } },
      problems: [captchaRequired, captchaUnavailable],
    }),
    validate('json', MailRequest),
    async (c) => {
      await resendVerification(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 202)
    },
  )
  .post(
    '/auth/email-link',
    describe({
      summary: 'Mail a link and a code that log in',
      caller: 'anyone',
      answers: { 202: { description: 'If the address has an account, a mail is on its way.' } },
      problems: [captchaRequired, captchaUnavailable],
    }),
    validate('json', MailRequest),
    async (c) => {
      await requestLogInMail(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 202)
    },
  )
  .post(
    '/auth/email-link/consume',
    describe({
      summary: 'Log in by the mailed link or code',
      description: 'Either works once and uses up the other. Wrong codes count like wrong passwords, and lock.',
      caller: 'anyone',
      answers: {
        200: {
          description: 'Tokens, by the transport asked for, or the challenge for a second factor.',
          schema: LoggedIn,
        },
      },
      problems: [invalidEmailToken, invalidEmailCode, accountLocked, crossSiteRequest],
    }),
    validate('json', EmailLogIn),
    async (c) => {
      const mailed = c.req.valid('json')
      return c.json(await respondWithOutcome(c, mailed.transport, () => logInByMail(c.get('ctx'), mailed)), 200)
    },
  )
