import { callsOfKeys } from './key-calls'
import { anonymous, atNothing, newAddress, nowhere, password, type RouteCall, signedIn, token } from './route-call'
import { callsOfBulk, callsOfStaff, callsToAccounts } from './staff-calls'
import { callsOfOrganizations, callsOfTenants } from './tenant-calls'

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
  signedIn('GET /v1/me/activity'),
  ...callsOfStaff,
  ...callsToAccounts,
  ...callsOfBulk,
  signedIn('PATCH /v1/me', { name: 'Ada' }),
  { ...anonymous('GET /v1/users/:id'), route: `GET /v1/users/${nowhere}` },
  signedIn('GET /v1/me/preferences'),
  signedIn('PATCH /v1/me/preferences', { theme: 'dark' }),
  signedIn('GET /v1/me/terms'),
  signedIn('POST /v1/me/terms', { document: 'terms', version: '1' }),
  signedIn('PUT /v1/me/avatar', { url: 'https://localhost/avatar.png' }),
  signedIn('GET /v1/me/avatar'),
  signedIn('DELETE /v1/me/avatar'),
  signedIn('POST /v1/me/avatar/uploads', { contentType: 'image/png', bytes: 1815 }),
  { ...anonymous('PUT /v1/uploads/:token'), route: 'PUT /v1/uploads/pup_AAAA' },
  ...callsOfOrganizations(),
  ...callsOfTenants,
  signedIn('POST /v1/me/export'),
  signedIn('GET /v1/me/export'),
  anonymous('POST /v1/auth/export/collect', { token }),
  anonymous('POST /v1/auth/erasure/cancel', { token }),
  ...callsOfKeys,
  { ...anonymous('GET /v1/erasures/:token'), route: 'GET /v1/erasures/per_of_nobody' },
  // The last of all: after it nobody is signed in any more.
  signedIn('DELETE /v1/me'),
]
