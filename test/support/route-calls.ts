export interface RouteCall {
  /** The route's template, as `routePolicies` names it. */
  template: string
  /** What is sent: `POST /v1/auth/login`. */
  route: string
  json?: unknown
  /** The body, of routes that take a form from somebody else. */
  form?: string
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
const nowhere = '00000000-0000-7000-8000-000000000000'

/** A call to a thing of the caller that there is not. */
const atNothing = (template: string, json?: object): RouteCall =>
  signedIn(template, json, template.replace(':id', nowhere))

/** A provider that has no server of its own to look at first: what a server has to be set to for these calls. */
export const settingsOfCalls = {
  OAUTH_GITHUB_CLIENT_ID: 'postern',
  OAUTH_GITHUB_CLIENT_SECRET: 'a secret of nobody',
  REDIRECT_ORIGINS: 'https://app.example.com',
}

const atProvider = (template: string, query = ''): RouteCall => ({
  ...anonymous(template),
  route: template.replace(':provider', 'github') + query,
})

const codeVerifier = 'A'.repeat(43)
const authorization = new URLSearchParams({ redirectTo: 'https://app.example.com/', codeChallenge: codeVerifier })

const callsOfFederation: RouteCall[] = [
  anonymous('GET /v1/auth/oauth'),
  atProvider('GET /v1/auth/oauth/:provider/authorize', `?${authorization}`),
  atProvider('GET /v1/auth/oauth/:provider/callback'),
  { ...atProvider('POST /v1/auth/oauth/:provider/callback'), form: 'code=AAAA' },
  anonymous('POST /v1/auth/oauth/exchange', { code: token, codeVerifier }),
  { ...atProvider('POST /v1/auth/oauth/:provider/token'), json: { idToken: token, nonce: codeVerifier } },
  { ...atProvider('POST /v1/auth/oauth/:provider/backchannel-logout'), form: 'logout_token=AAAA' },
  signedIn('GET /v1/me/identities'),
  signedIn('POST /v1/me/identities', { code: token, codeVerifier }),
  atNothing('GET /v1/me/identities/:id/token'),
  atNothing('DELETE /v1/me/identities/:id'),
]

/** What no passkey signed. */
const credential = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' }
const assertion = { ...credential, response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' } }
const attestation = { ...credential, response: { clientDataJSON: 'AAAA', attestationObject: 'AAAA' } }

const callsOfMfa = (challengeToken: string): RouteCall[] => [
  anonymous('POST /v1/auth/mfa/verify', { challengeToken, method: 'totp', code: '271828' }),
  anonymous('POST /v1/auth/mfa/enrol', { challengeToken }),
  anonymous('POST /v1/auth/passkey/options', {}),
  anonymous('POST /v1/auth/passkey/verify', { response: assertion }),
  signedIn('POST /v1/auth/step-up', { method: 'totp', code: '271828' }),
  signedIn('POST /v1/auth/step-up/options'),
  signedIn('POST /v1/me/mfa/totp/confirm', { code: '271828' }),
  signedIn('GET /v1/me/mfa'),
  signedIn('POST /v1/me/mfa/totp', {}),
  signedIn('DELETE /v1/me/mfa/totp'),
  atNothing('PATCH /v1/me/mfa/totp/:id', { name: 'Phone' }),
  atNothing('DELETE /v1/me/mfa/totp/:id'),
  signedIn('POST /v1/me/mfa/recovery-codes'),
  signedIn('GET /v1/me/passkeys'),
  signedIn('POST /v1/me/passkeys', { response: attestation }),
  signedIn('POST /v1/me/passkeys/options'),
  atNothing('PATCH /v1/me/passkeys/:id', { name: 'Laptop' }),
  atNothing('DELETE /v1/me/passkeys/:id'),
  signedIn('GET /v1/me/trusted-devices'),
  signedIn('DELETE /v1/me/trusted-devices'),
  atNothing('DELETE /v1/me/trusted-devices/:id'),
]

/**
 * One request to each route that counts its callers, with a body that is well-formed, so that it gets as far as the
 * limits, of a server with `settingsOfCalls`; it changes nothing that another of them needs, and none succeeds at a secret.
 * @param challengeToken of a log-in that waits for its second factor: the account in it is what such calls are counted by
 */
export const countedCalls = (challengeToken: string): RouteCall[] => [
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
  ...callsOfMfa(challengeToken),
  ...callsOfFederation,
  anonymous('POST /v1/auth/refresh', { refreshToken: 'prt_of_nobody' }),
  anonymous('POST /v1/auth/logout', {}),
  signedIn('GET /v1/sessions'),
  signedIn('DELETE /v1/sessions'),
  atNothing('DELETE /v1/sessions/:id'),
  signedIn('GET /v1/me'),
  signedIn('PATCH /v1/me', { name: 'Ada' }),
]
