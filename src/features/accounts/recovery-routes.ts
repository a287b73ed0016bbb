import { requireUser } from '#core/context'
import { captchaRequired, captchaUnavailable, insufficientUserAuthentication, sessionRevoked } from '#core/problems'
import { readDeviceCookie } from '#http/cookies'
import { describe } from '#http/describe'
import { rememberDevice } from '#http/remember-device'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { User } from '../profiles/contract'
import { issueDeviceToken } from '../sessions/issue-device-token'
import { changeEmail } from './change-email'
import { changePassword } from './change-password'
import { confirmEmail } from './confirm-email'
import { EmailChange, EmailToken, MailRequest, PasswordChange, PasswordReset } from './contract'
import { accountLocked, emailTaken, invalidCredentials, invalidEmailToken, passwordCheckUnavailable } from './problems'
import { requestPasswordReset } from './request-password-reset'
import { resetPassword } from './reset-password'
import { unlockAccount } from './unlock-account'

/** What changes a credential of an account that exists: its password, its address. */
export const recovery = createRouter()
  .post(
    '/auth/password/forgot',
    describe({
      summary: 'Mail a link that sets a password',
      caller: 'anyone',
      answers: { 202: { description: 'If the address has an account, a link is on its way.' } },
      problems: [captchaRequired, captchaUnavailable],
    }),
    validate('json', MailRequest),
    async (c) => {
      await requestPasswordReset(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 202)
    },
  )
  .post(
    '/auth/password/reset',
    describe({
      summary: 'Set a password by the link’s token',
      description: 'Ends every session. A password that is refused leaves the token as it was.',
      caller: 'anyone',
      answers: { 204: { description: 'The password is set.' } },
      problems: [invalidEmailToken, passwordCheckUnavailable],
    }),
    validate('json', PasswordReset),
    async (c) => {
      await resetPassword(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 204)
    },
  )
  .post(
    '/auth/password/change',
    describe({
      summary: 'Change my password',
      description: 'Ends my other sessions.',
      caller: 'user',
      answers: { 204: { description: 'The password is changed.' } },
      problems: [
        invalidCredentials,
        accountLocked,
        sessionRevoked,
        insufficientUserAuthentication,
        passwordCheckUnavailable,
      ],
    }),
    validate('json', PasswordChange),
    async (c) => {
      const ctx = c.get('ctx')
      await changePassword(ctx, c.req.valid('json'))
      // A device is known since the password was set, and this one has just shown the old one.
      if (ctx.request.deviceToken !== null) {
        const deviceToken = await issueDeviceToken(ctx, requireUser(ctx).userId)
        await rememberDevice(c, readDeviceCookie(c) ? 'cookie' : 'bearer', deviceToken)
      }
      return c.body(null, 204)
    },
  )
  .post(
    '/auth/unlock',
    describe({
      summary: 'Lift a lock by the link’s token',
      description: 'For an account that failures have locked; its owner got the link by mail then.',
      caller: 'anyone',
      answers: { 204: { description: 'Log-ins are open again.' } },
      problems: [invalidEmailToken],
    }),
    validate('json', EmailToken),
    async (c) => {
      await unlockAccount(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 204)
    },
  )
  .post(
    '/me/email/change',
    describe({
      summary: 'Change my e-mail address',
      description: 'Both addresses get a mail; nothing changes until the link to the new one is used.',
      caller: 'user',
      answers: { 202: { description: 'The mails are on their way.' } },
      problems: [sessionRevoked, insufficientUserAuthentication],
    }),
    validate('json', EmailChange),
    async (c) => {
      await changeEmail(c.get('ctx'), c.req.valid('json'))
      return c.body(null, 202)
    },
  )
  .post(
    '/me/email/change/confirm',
    describe({
      summary: 'Confirm a new e-mail address by the link’s token',
      description: 'Without a session too. With one, the token must be of the caller’s account.',
      caller: 'anyone',
      answers: { 200: { description: 'The address is the account’s.', schema: User } },
      problems: [invalidEmailToken, emailTaken],
    }),
    validate('json', EmailToken),
    async (c) => c.json(await confirmEmail(c.get('ctx'), c.req.valid('json')), 200),
  )
