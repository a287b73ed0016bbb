import { get, password, post } from '../runtimes/account'
import { stepAt, wrongTotpCode } from '../support/totp'
import { codeOf, type SecuredPerson } from './secured-person'

const verify = (url: string, challengeToken: string, shown: object) =>
  post(url, '/auth/mfa/verify', { challengeToken, ...shown })

const logInOn = (url: string, device: string, email: string) =>
  fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'device-token': device },
    body: JSON.stringify({ email, password }),
  })

const remove = (url: string, path: string, accessToken: string) =>
  fetch(`${url}/v1${path}`, { method: 'DELETE', headers: { authorization: `Bearer ${accessToken}` } })

/** One request each of somebody who has second factors, in an order that they can go through. */
export const securedOperations = {
  'log in up to the second factor': (url, { email }) => post(url, '/auth/login', { email, password }),
  'finish a log-in by a wrong code': (url, { challenges, apps }) =>
    verify(url, challenges.byCode, { method: 'totp', code: wrongTotpCode(apps.forLogIn, stepAt(new Date())) }),
  'finish a log-in by a code': (url, { challenges, apps }) =>
    verify(url, challenges.byCode, { method: 'totp', code: codeOf(apps.forLogIn, 1) }),
  'finish a log-in by a recovery code': (url, { challenges, recoveryCode }) =>
    verify(url, challenges.byRecoveryCode, { method: 'recovery_code', code: recoveryCode }),
  'finish a log-in by a passkey': (url, { challenges, assertions }) =>
    verify(url, challenges.byPasskey, { method: 'passkey', response: assertions.asSecond }),
  'log in on a trusted device': (url, { device, email }) => logInOn(url, device, email),
  'ask for the challenge of a passkey': (url) => post(url, '/auth/passkey/options'),
  'log in with a passkey': (url, { assertions }) => post(url, '/auth/passkey/verify', { response: assertions.alone }),
  'step up by the password': (url, { accessToken }) =>
    post(url, '/auth/step-up', { method: 'password', password }, accessToken),
  'step up by a code': (url, { apps, accessToken }) =>
    post(url, '/auth/step-up', { method: 'totp', code: codeOf(apps.forStepUp, 1) }, accessToken),
  'read the second factors': (url, { accessToken }) => get(url, '/v1/me/mfa', accessToken),
  'list passkeys': (url, { accessToken }) => get(url, '/v1/me/passkeys', accessToken),
  'list trusted devices': (url, { accessToken }) => get(url, '/v1/me/trusted-devices', accessToken),
  'trust no device': (url, { accessToken }) => remove(url, '/me/trusted-devices', accessToken),
  'set up an authenticator app': (url, { accessToken }) => post(url, '/me/mfa/totp', {}, accessToken),
  'confirm an authenticator app': (url, { newcomer }) =>
    post(url, '/me/mfa/totp/confirm', { code: codeOf(newcomer.secret) }, newcomer.accessToken),
  'make new recovery codes': (url, { accessToken }) => post(url, '/me/mfa/recovery-codes', {}, accessToken),
  'remove an authenticator app': (url, { apps, accessToken }) =>
    remove(url, `/me/mfa/totp/${apps.firstId}`, accessToken),
} satisfies Record<string, (url: string, person: SecuredPerson) => Promise<Response>>

export type SecuredOperationName = keyof typeof securedOperations

export const securedOperationNames = Object.keys(securedOperations).filter(
  (name): name is SecuredOperationName => name in securedOperations,
)
