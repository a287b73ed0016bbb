export interface RouteCall {
  /** The route's template, as `routePolicies` names it. */
  template: string
  /** What is sent: `POST /v1/auth/login`. */
  route: string
  json?: unknown
  /** Whether it needs an access token to get as far as its own limits. */
  needsUser: boolean
  /** Limits of the route's line that this call is not counted by. */
  without?: string[]
}

const anonymous = (template: string, json?: object, without?: string[]): RouteCall => ({
  template,
  route: template,
  needsUser: false,
  ...(json && { json }),
  ...(without && { without }),
})

const signedIn = (template: string, json?: object, route = template): RouteCall => ({
  template,
  route,
  needsUser: true,
  ...(json && { json }),
})

const newAddress = () => `person-${crypto.randomUUID()}@example.com`
const password = 'correct horse battery staple'
const token = 'a-token-that-nobody-mailed'

/**
 * One request to each route that counts its callers, with a body that is well-formed, so that it gets as far as the
 * limits; it changes nothing that another of them needs, and none succeeds at a secret.
 */
export const countedCalls = (): RouteCall[] => [
  anonymous('POST /v1/auth/register', { email: newAddress(), password }),
  anonymous('POST /v1/auth/login', { email: newAddress(), password }),
  anonymous('POST /v1/auth/email-link', { email: newAddress() }),
  anonymous('POST /v1/auth/email/verify/resend', { email: newAddress() }),
  anonymous('POST /v1/auth/password/forgot', { email: newAddress() }),
  anonymous('POST /v1/auth/email-link/consume', { token }, ['checkCode']),
  anonymous('POST /v1/auth/email-link/consume', { email: newAddress(), code: '271828' }),
  anonymous('POST /v1/auth/email/verify', { token }),
  anonymous('POST /v1/auth/unlock', { token }),
  anonymous('POST /v1/auth/password/reset', { token, newPassword: password }),
  signedIn('POST /v1/auth/password/change', { currentPassword: 'a wrong one', newPassword: password }),
  signedIn('POST /v1/me/email/change', { newEmail: newAddress() }),
  anonymous('POST /v1/me/email/change/confirm', { token }),
  anonymous('POST /v1/auth/refresh', { refreshToken: 'prt_of_nobody' }),
  anonymous('POST /v1/auth/logout', {}),
  signedIn('GET /v1/sessions'),
  signedIn('DELETE /v1/sessions'),
  signedIn('DELETE /v1/sessions/:id', undefined, 'DELETE /v1/sessions/00000000-0000-7000-8000-000000000000'),
  signedIn('GET /v1/me'),
  signedIn('PATCH /v1/me', { name: 'Ada' }),
]
