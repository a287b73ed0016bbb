import { type Account, get, logIn, newAddress, password, patchMe, post, registerAccount } from '../runtimes/account'

export interface Person extends Account {
  otherSessionId: string
}

/** Someone with two sessions. */
export const newPerson = async (url: string): Promise<Person> => {
  const account = await registerAccount(url)
  const { sessionId } = await logIn(url, account.email)
  return { ...account, otherSessionId: sessionId }
}

const newPassword = `${password} again`

const revoke = (url: string, sessionId: string, accessToken: string) =>
  fetch(`${url}/v1/sessions/${sessionId}`, { method: 'DELETE', headers: { authorization: `Bearer ${accessToken}` } })

/** One request each, in an order that one person can go through. */
export const operations = {
  register: (url) => post(url, '/auth/register', { email: newAddress(), password }),
  'log in': (url, { email }) => post(url, '/auth/login', { email, password }),
  'log in with a wrong password': (url, { email }) => post(url, '/auth/login', { email, password: 'not the password' }),
  'log in with an unknown address': (url) => post(url, '/auth/login', { email: newAddress(), password }),
  'read the profile': (url, { accessToken }) => get(url, '/v1/me', accessToken),
  'change the profile': (url, { accessToken }) => patchMe(url, accessToken, { name: 'Ada' }),
  'list sessions': (url, { accessToken }) => get(url, '/v1/sessions', accessToken),
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
    post(url, '/auth/register', { email: newAddress(), password: 'password123' }),
  'register without an address': (url) => post(url, '/auth/register', { password }),
  'ask whether it is live': (url) => get(url, '/health/live'),
  'read the public keys': (url) => get(url, '/.well-known/jwks.json'),
  'read the OpenAPI document': (url) => get(url, '/openapi.json'),
  'read the API reference': (url) => get(url, '/docs'),
  'ask for what does not exist': (url) => get(url, '/nowhere'),
} satisfies Record<string, (url: string, person: Person) => Promise<Response>>

export type OperationName = keyof typeof operations

export const operationNames = Object.keys(operations).filter((name): name is OperationName => name in operations)
