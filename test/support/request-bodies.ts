import { freshEmail, freshPassword } from '../given'

export type Body = Record<string, unknown>

const credential = {
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  authenticatorAttachment: 'platform',
  clientExtensionResults: {},
}
const assertion = {
  ...credential,
  response: { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA', userHandle: 'AAAA' },
}
const attestation = {
  ...credential,
  response: {
    clientDataJSON: 'AAAA',
    attestationObject: 'AAAA',
    authenticatorData: 'AAAA',
    publicKey: 'AAAA',
    publicKeyAlgorithm: -7,
  },
}

/** A good body for each route that takes one, with every field it knows. */
export const requestBodies: Record<string, () => Body> = {
  'POST /v1/auth/register': () => ({
    email: freshEmail(),
    password: freshPassword(),
    name: 'Ada Lovelace',
    locale: 'en',
    captchaToken: crypto.randomUUID(),
  }),
  'POST /v1/auth/login': () => ({
    email: freshEmail(),
    password: freshPassword(),
    transport: 'bearer',
    captchaToken: crypto.randomUUID(),
  }),
  'POST /v1/auth/refresh': () => ({ refreshToken: `prt_${'A'.repeat(75)}` }),
  'POST /v1/auth/email/verify': () => ({ token: crypto.randomUUID() }),
  'POST /v1/auth/email/verify/resend': () => ({ email: freshEmail(), captchaToken: crypto.randomUUID() }),
  'POST /v1/auth/password/forgot': () => ({ email: freshEmail(), captchaToken: crypto.randomUUID() }),
  'POST /v1/auth/password/reset': () => ({ token: crypto.randomUUID(), newPassword: freshPassword() }),
  'POST /v1/auth/password/change': () => ({ currentPassword: freshPassword(), newPassword: freshPassword() }),
  'POST /v1/auth/unlock': () => ({ token: crypto.randomUUID() }),
  'POST /v1/auth/email-link': () => ({ email: freshEmail(), captchaToken: crypto.randomUUID() }),
  'POST /v1/auth/email-link/consume': () => ({ email: freshEmail(), code: '271828', transport: 'bearer' }),
  'POST /v1/me/email/change': () => ({ newEmail: freshEmail() }),
  'POST /v1/me/email/change/confirm': () => ({ token: crypto.randomUUID() }),
  'POST /v1/auth/mfa/verify': () => ({
    challengeToken: crypto.randomUUID(),
    transport: 'bearer',
    trustDevice: true,
    method: 'totp',
    code: '271828',
  }),
  'POST /v1/auth/mfa/enrol': () => ({ challengeToken: crypto.randomUUID() }),
  'POST /v1/auth/passkey/options': () => ({ challengeToken: crypto.randomUUID() }),
  'POST /v1/auth/passkey/verify': () => ({ response: assertion, transport: 'bearer' }),
  'POST /v1/auth/step-up': () => ({ method: 'password', password: freshPassword() }),
  'POST /v1/auth/oauth/exchange': () => ({
    code: crypto.randomUUID(),
    codeVerifier: 'A'.repeat(43),
    transport: 'bearer',
  }),
  'POST /v1/auth/oauth/{provider}/token': () => ({
    idToken: crypto.randomUUID(),
    nonce: crypto.randomUUID(),
    transport: 'bearer',
  }),
  'POST /v1/me/identities': () => ({ code: crypto.randomUUID(), codeVerifier: 'A'.repeat(43) }),
  'POST /v1/me/mfa/totp': () => ({ name: 'Phone' }),
  'POST /v1/me/mfa/totp/confirm': () => ({ code: '271828' }),
  'PATCH /v1/me/mfa/totp/{id}': () => ({ name: 'Phone' }),
  'POST /v1/me/passkeys': () => ({ name: 'Laptop', response: attestation }),
  'PATCH /v1/me/passkeys/{id}': () => ({ name: 'Laptop' }),
  'PATCH /v1/me': () => ({
    name: 'Ada Lovelace',
    bio: 'Engines.',
    phone: '+442071838750',
    address: {
      formatted: 'Dorset Street 12, London',
      streetAddress: 'Dorset Street 12',
      locality: 'London',
      region: 'England',
      postalCode: 'W1U 6QW',
      country: 'GB',
    },
    locale: 'en',
    timeZone: 'Europe/London',
    website: 'https://example.com',
  }),
}

/**
 * A copy of a body with another value for each of its texts, nested ones too.
 * @param change is told the text and its JSON pointer
 */
export const mapTexts = (body: Body, change: (text: string, pointer: string) => unknown, path = ''): Body =>
  Object.fromEntries(
    Object.entries(body).map(([name, member]) => {
      const pointer = `${path}/${name}`
      if (typeof member === 'string') return [name, change(member, pointer)]
      if (typeof member !== 'object' || member === null) return [name, member]
      return [name, mapTexts({ ...member }, change, pointer)]
    }),
  )
