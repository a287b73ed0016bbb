import { insufficientUserAuthentication, notFound, passkeyCheckUnavailable, sessionRevoked } from '#core/problems'
import { describe } from '#http/describe'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import { emailUnverified } from '../profiles/problems'
import { beginPasskey } from './begin-passkey'
import { beginTotp } from './begin-totp'
import { confirmTotp } from './confirm-totp'
import {
  AuthenticatorParams,
  AuthenticatorRename,
  MfaState,
  RecoveryCodes,
  TotpConfirmation,
  TotpEnrolment,
  TotpSecret,
} from './contract'
import { getMfaState } from './get-mfa-state'
import { listPasskeys } from './list-passkeys'
import { makeRecoveryCodes } from './make-recovery-codes'
import { PasskeyCreationOptions, PasskeyList, PasskeyRegistration, RegisteredPasskey } from './passkey-contract'
import {
  invalidCode,
  invalidPasskey,
  passkeyTaken,
  secondFactorRequired,
  secondFactorsOff,
  tooManyAuthenticators,
} from './problems'
import { toRecoveryText } from './recovery-code'
import { registerPasskey } from './register-passkey'
import { removeTotp } from './remove-totp'
import { renamePasskey } from './rename-passkey'
import { renameTotp } from './rename-totp'

const privileged = [sessionRevoked, insufficientUserAuthentication]

/** The authenticators of the caller. What changes them needs a recent and strong enough authentication. */
export const authenticators = createRouter()
  .get(
    '/me/mfa',
    describe({
      summary: 'My second factors',
      caller: 'user',
      answers: { 200: { description: 'What there is, and what the policy wants.', schema: MfaState } },
      problems: [sessionRevoked],
    }),
    async (c) => c.json(await getMfaState(c.get('ctx')), 200),
  )
  .post(
    '/me/mfa/totp',
    describe({
      summary: 'Set up an authenticator app',
      description: 'It counts once a code of it was shown.',
      caller: 'user',
      answers: { 200: { description: 'Shown this once.', schema: TotpSecret } },
      problems: [...privileged, emailUnverified, secondFactorsOff, tooManyAuthenticators],
    }),
    validate('json', TotpEnrolment),
    async (c) => c.json(await beginTotp(c.get('ctx'), c.req.valid('json')), 200),
  )
  .post(
    '/me/mfa/totp/confirm',
    describe({
      summary: 'Confirm an authenticator app by a code of it',
      caller: 'user',
      answers: { 200: { description: 'It is asked for from now on.', schema: RecoveryCodes } },
      problems: [...privileged, invalidCode],
    }),
    validate('json', TotpConfirmation),
    async (c) => c.json(await confirmTotp(c.get('ctx'), c.req.valid('json')), 200),
  )
  .delete(
    '/me/mfa/totp',
    describe({
      summary: 'Remove all my authenticator apps',
      description: 'Sessions that one of them raised are lowered at once.',
      caller: 'user',
      answers: { 204: { description: 'There is none any more.' } },
      problems: [...privileged, notFound, secondFactorRequired],
    }),
    async (c) => {
      await removeTotp(c.get('ctx'), {})
      return c.body(null, 204)
    },
  )
  .patch(
    '/me/mfa/totp/:id',
    describe({
      summary: 'Rename an authenticator app',
      caller: 'user',
      answers: { 204: { description: 'It has another name.' } },
      problems: privileged,
    }),
    validate('param', AuthenticatorParams),
    validate('json', AuthenticatorRename),
    async (c) => {
      await renameTotp(c.get('ctx'), { ...c.req.valid('param'), ...c.req.valid('json') })
      return c.body(null, 204)
    },
  )
  .delete(
    '/me/mfa/totp/:id',
    describe({
      summary: 'Remove an authenticator app',
      description: 'Sessions that it raised are lowered at once.',
      caller: 'user',
      answers: { 204: { description: 'It is gone.' } },
      problems: [...privileged, secondFactorRequired],
    }),
    validate('param', AuthenticatorParams),
    async (c) => {
      await removeTotp(c.get('ctx'), c.req.valid('param'))
      return c.body(null, 204)
    },
  )
  .post(
    '/me/mfa/recovery-codes',
    describe({
      summary: 'Make new recovery codes',
      description: 'Those before work no more. With `Accept: text/plain` the answer is a text to be kept.',
      caller: 'user',
      answers: { 200: { description: 'Shown this once.', schema: RecoveryCodes } },
      problems: [...privileged, notFound],
    }),
    async (c) => {
      const made = await makeRecoveryCodes(c.get('ctx'))
      if (!c.req.header('accept')?.startsWith('text/plain')) return c.json(made, 200)
      return c.text(toRecoveryText(c.env.config.APP_NAME, made.recoveryCodes), 200, {
        'content-disposition': 'attachment; filename="recovery-codes.txt"',
      })
    },
  )
  .get(
    '/me/passkeys',
    describe({
      summary: 'My passkeys',
      caller: 'user',
      answers: { 200: { description: 'Oldest first.', schema: PasskeyList } },
      problems: [sessionRevoked],
    }),
    async (c) => c.json(await listPasskeys(c.get('ctx')), 200),
  )
  .post(
    '/me/passkeys/options',
    describe({
      summary: 'Begin to make a passkey',
      description: 'The challenge works once, within five minutes, in the session that asked.',
      caller: 'user',
      answers: { 200: { description: 'For `navigator.credentials.create()`.', schema: PasskeyCreationOptions } },
      problems: [...privileged, emailUnverified, secondFactorsOff],
    }),
    async (c) => c.json(await beginPasskey(c.get('ctx')), 200),
  )
  .post(
    '/me/passkeys',
    describe({
      summary: 'Register a passkey that a browser made',
      caller: 'user',
      answers: { 201: { description: 'It logs in from now on.', schema: RegisteredPasskey } },
      problems: [
        ...privileged,
        emailUnverified,
        secondFactorsOff,
        invalidPasskey,
        passkeyTaken,
        tooManyAuthenticators,
        passkeyCheckUnavailable,
      ],
    }),
    validate('json', PasskeyRegistration),
    async (c) => c.json(await registerPasskey(c.get('ctx'), c.req.valid('json')), 201),
  )
  .patch(
    '/me/passkeys/:id',
    describe({
      summary: 'Rename a passkey',
      caller: 'user',
      answers: { 204: { description: 'It has another name.' } },
      problems: privileged,
    }),
    validate('param', AuthenticatorParams),
    validate('json', AuthenticatorRename),
    async (c) => {
      await renamePasskey(c.get('ctx'), { ...c.req.valid('param'), ...c.req.valid('json') })
      return c.body(null, 204)
    },
  )
