import { User } from '#features/profiles/contract'
import { type Account, get, logIn, newAddress, password, patchMe, post, registerAccount } from '../runtimes/account'
import { makePng } from '../support/images'

export interface Person extends Account {
  otherSessionId: string
  /** Where a picture is: the same for all, since making one takes a while. */
  picturePath: string
}

let picturePath: string | undefined

const putPicture = async (url: string, { accessToken }: Account): Promise<string> => {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'image/png' }
  const response = await fetch(`${url}/v1/me/avatar`, { method: 'PUT', headers, body: makePng(8, 8) })
  return new URL(User.parse(await response.json()).picture ?? '').pathname
}

/** Someone with two sessions. */
export const newPerson = async (url: string): Promise<Person> => {
  const account = await registerAccount(url)
  const { sessionId } = await logIn(url, account.email)
  picturePath ??= await putPicture(url, await registerAccount(url))
  return { ...account, picturePath, otherSessionId: sessionId }
}

const newPassword = `${password} again`

const revoke = (url: string, sessionId: string, accessToken: string) =>
  fetch(`${url}/v1/sessions/${sessionId}`, { method: 'DELETE', headers: { authorization: `Bearer ${accessToken}` } })

/** What there is to accept on a server that is counted. */
export const terms = { TERMS_VERSION: '1', TERMS_URL: 'https://example.com/terms' }
export const acceptedTerms = { terms: terms.TERMS_VERSION }

const idIn = (accessToken: string): string => JSON.parse(atob(accessToken.split('.')[1] ?? '')).sub

const patch = (url: string, path: string, accessToken: string, changes: object) =>
  fetch(`${url}/v1${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify(changes),
  })

/** One request each, in an order that one person can go through. */
export const operations = {
  register: (url) => post(url, '/auth/register', { email: newAddress(), password, acceptedTerms }),
  'log in': (url, { email }) => post(url, '/auth/login', { email, password }),
  'log in with a wrong password': (url, { email }) => post(url, '/auth/login', { email, password: 'not the password' }),
  'log in with an unknown address': (url) => post(url, '/auth/login', { email: newAddress(), password }),
  'read the profile': (url, { accessToken }) => get(url, '/v1/me', accessToken),
  'change the profile': (url, { accessToken }) => patchMe(url, accessToken, { name: 'Ada' }),
  'change attributes and who sees them': (url, { accessToken }) =>
    patch(url, '/me', accessToken, { attributes: { company: 'Engines' }, visibility: { company: 'everyone' } }),
  'look at somebody': (url, { accessToken }) => get(url, `/v1/users/${idIn(accessToken)}`, accessToken),
  'look at somebody without a token': (url, { accessToken }) => get(url, `/v1/users/${idIn(accessToken)}`),
  'read the preferences': (url, { accessToken }) => get(url, '/v1/me/preferences', accessToken),
  'change the preferences': (url, { accessToken }) => patch(url, '/me/preferences', accessToken, { theme: 'dark' }),
  'read the terms': (url) => get(url, '/v1/terms'),
  'read what was accepted': (url, { accessToken }) => get(url, '/v1/me/terms', accessToken),
  'accept the terms': (url, { accessToken }) =>
    post(url, '/me/terms', { document: 'terms', version: terms.TERMS_VERSION }, accessToken),
  'read a picture': (url, { accessToken, picturePath }) => get(url, picturePath, accessToken),
  'read initials': (url, { accessToken }) => get(url, '/v1/avatars/initials/AL', accessToken),
  'ask where the picture is': (url, { accessToken }) =>
    fetch(`${url}/v1/me/avatar`, { headers: { authorization: `Bearer ${accessToken}` }, redirect: 'manual' }),
  'take the picture away': (url, { accessToken }) =>
    fetch(`${url}/v1/me/avatar`, { headers: { authorization: `Bearer ${accessToken}` }, method: 'DELETE' }),
  'list sessions': (url, { accessToken }) => get(url, '/v1/sessions', accessToken),
  'read the activity': (url, { accessToken }) => get(url, '/v1/me/activity', accessToken),
  'read somebody’s activity as nobody': (url, { accessToken, otherSessionId }) =>
    get(url, `/v1/admin/users/${otherSessionId}/activity`, accessToken),
  'read what I may do': (url, { accessToken }) => get(url, '/v1/me/access', accessToken),
  'list roles as nobody': (url, { accessToken }) => get(url, '/v1/admin/roles', accessToken),
  'revoke a session': (url, { accessToken, otherSessionId }) => revoke(url, otherSessionId, accessToken),
  refresh: (url, { refreshToken }) => post(url, '/auth/refresh', { refreshToken }),
  'ask for a link that sets a password': (url, { email }) => post(url, '/auth/password/forgot', { email }),
  'ask for it with an unknown address': (url) => post(url, '/auth/password/forgot', { email: newAddress() }),
  'ask for the verification link again': (url, { email }) => post(url, '/auth/email/verify/resend', { email }),
  'ask for a link that logs in': (url, { email }) => post(url, '/auth/email-link', { email }),
  'ask for another address': (url, { accessToken }) =>
    post(url, '/me/email/change', { newEmail: newAddress() }, accessToken),
  'change the password with a wrong one': (url, { accessToken }) =>
    post(url, '/auth/password/change', { currentPassword: 'not the password', newPassword }, accessToken),
  'change the password': (url, { accessToken }) =>
    post(url, '/auth/password/change', { currentPassword: password, newPassword }, accessToken),
  'log out': (url, { accessToken }) => post(url, '/auth/logout', {}, accessToken),

  'read the profile without a token': (url) => get(url, '/v1/me'),
  'read the profile with a forged token': (url, { accessToken }) =>
    get(url, '/v1/me', `${accessToken.slice(0, -8)}AAAAAAAA`),
  'refresh with garbage': (url) => post(url, '/auth/refresh', { refreshToken: 'garbage' }),
  'register with a common password': (url) =>
    post(url, '/auth/register', { email: newAddress(), password: 'password123', acceptedTerms }),
  'register without an address': (url) => post(url, '/auth/register', { password }),
  'ask whether it is live': (url) => get(url, '/health/live'),
  'read the public keys': (url) => get(url, '/.well-known/jwks.json'),
  'read the OpenAPI document': (url) => get(url, '/openapi.json'),
  'read the API reference': (url) => get(url, '/docs'),
  'ask for what does not exist': (url) => get(url, '/nowhere'),
} satisfies Record<string, (url: string, person: Person) => Promise<Response>>

export type OperationName = keyof typeof operations

export const operationNames = Object.keys(operations).filter((name): name is OperationName => name in operations)
