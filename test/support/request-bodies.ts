import { freshEmail, freshPassword } from '../given'
import { auditExport } from './audit-bodies'

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

const keyBodies = (owner: string, scope: string): Record<string, () => Body> => {
  const settings = { name: 'Nightly', scopes: [scope], allowedNetworks: ['192.0.2.0/24'], limitPerMinute: 60 }
  return {
    [`POST ${owner}`]: () => ({ ...settings, expiresAt: '2036-11-22T12:00:00.000Z' }),
    [`PATCH ${owner}/{keyId}`]: () => settings,
    [`POST ${owner}/{keyId}/roll`]: () => ({ overlapSeconds: 3600 }),
  }
}

const accountBodies = (owner: string, permission: string): Record<string, () => Body> => ({
  [`POST ${owner}`]: () => ({ name: 'Robot', permissions: [permission] }),
  [`PATCH ${owner}/{serviceAccountId}`]: () => ({ name: 'Robot', permissions: [permission], isDisabled: false }),
  ...keyBodies(`${owner}/{serviceAccountId}/api-keys`, permission),
})

const profile = (): Body => ({
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
})

/** A good body for each route that takes one, with every field it knows. */
export const requestBodies: Record<string, () => Body> = {
  'POST /v1/auth/register': () => ({
    email: freshEmail(),
    password: freshPassword(),
    name: 'Ada Lovelace',
    locale: 'en',
    acceptedTerms: { terms: '2026-11', privacy: '2026-11' },
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
  'POST /v1/auth/export/collect': () => ({ token: crypto.randomUUID() }),
  'POST /v1/auth/erasure/cancel': () => ({ token: crypto.randomUUID() }),
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
  'POST /v1/me/terms': () => ({ document: 'terms', version: '2026-11' }),
  'PATCH /v1/me/preferences': () => ({
    theme: 'dark',
    reducedMotion: 'on',
    weekStart: 'monday',
    timeFormat: '24h',
    emails: { productNews: true, tips: false },
  }),
  'POST /v1/admin/exports': () => ({
    format: 'csv',
    filter: { emailDomain: 'example.com' },
  }),
  'POST /v1/admin/audit/exports': auditExport,
  'POST /v1/admin/users/bulk': () => ({
    action: 'update',
    filter: { emailDomain: 'example.com', role: 'support' },
    changes: { locale: 'de', timeZone: 'Europe/Berlin' },
  }),
  'POST /v1/organizations': () => ({ name: 'Analytical Engines', slug: `engines-${crypto.randomUUID().slice(0, 8)}` }),
  'PATCH /v1/organizations/{id}': () => ({ name: 'Difference Engines' }),
  'POST /v1/organizations/{id}/transfer': () => ({ userId: crypto.randomUUID() }),
  'PATCH /v1/organizations/{id}/members/{userId}': () => ({ role: 'admin' }),
  'POST /v1/organizations/{id}/roles': () => ({
    name: `role-${crypto.randomUUID().slice(0, 8)}`,
    description: 'Looks after invoices.',
    permissions: ['members:read'],
  }),
  'PATCH /v1/organizations/{id}/roles/{name}': () => ({
    description: 'Looks after invoices.',
    permissions: ['members:read'],
  }),
  'POST /v1/organizations/{id}/invitations': () => ({ email: freshEmail(), role: 'member' }),
  'POST /v1/organizations/invitations/accept': () => ({ token: crypto.randomUUID() }),
  'POST /v1/auth/organization': () => ({ organizationId: crypto.randomUUID() }),
  'POST /v1/organizations/{id}/teams': () => ({ name: 'Engines' }),
  'PATCH /v1/organizations/{id}/teams/{teamId}': () => ({ name: 'Engines' }),
  'POST /v1/organizations/{id}/domains': () => ({
    domain: `d${crypto.randomUUID()}.example.com`,
    autoJoinRole: 'member',
  }),
  'PATCH /v1/organizations/{id}/domains/{domainId}': () => ({ autoJoinRole: 'member' }),
  'PUT /v1/organizations/{id}/policies': () => ({
    requiresSecondFactor: false,
    allowedMethods: ['password'],
    sessionSeconds: 3600,
  }),
  'PUT /v1/me/avatar': () => ({ url: 'https://localhost/avatar.png' }),
  'POST /v1/me/avatar/uploads': () => ({ contentType: 'image/png', bytes: 1815 }),
  'POST /v1/admin/roles': () => ({ name: 'billing', description: 'Reads bills.', permissions: ['users:read'] }),
  'PATCH /v1/admin/roles/{name}': () => ({ description: 'Reads bills.', permissions: ['users:read'] }),
  'PUT /v1/admin/users/{id}/roles/{role}': () => ({ expiresAt: '2099-01-01T00:00:00.000Z' }),
  ...keyBodies('/v1/api-keys', 'users:read'),
  ...keyBodies('/v1/organizations/{id}/api-keys', 'members:read'),
  ...accountBodies('/v1/organizations/{id}/service-accounts', 'members:read'),
  ...accountBodies('/v1/admin/service-accounts', 'service-accounts:write'),
  'POST /v1/api-keys/verify': () => ({ key: crypto.randomUUID(), permissions: ['users:read'], ipAddress: '192.0.2.1' }),
  'PATCH /v1/me': profile,
  'POST /v1/admin/users': () => ({
    ...profile(),
    email: freshEmail(),
    password: freshPassword(),
    emailVerified: true,
    sendInvitation: false,
  }),
  'PATCH /v1/admin/users/{id}': () => ({ ...profile(), email: freshEmail(), emailVerified: true }),
  'POST /v1/admin/users/{id}/ban': () => ({ reason: 'Sends spam.', until: '2099-12-24T18:00:00Z' }),
  'POST /v1/admin/users/{id}/impersonate': () => ({ reason: 'A ticket of theirs.', durationSeconds: 900 }),
}

/**
 * A copy of a body with another value for each of its texts, nested ones too.
 * @param change is told the text and its JSON pointer
 */
export const mapTexts = (body: Body, change: (text: string, pointer: string) => unknown, path = ''): Body => {
  const map = (member: unknown, pointer: string): unknown => {
    if (typeof member === 'string') return change(member, pointer)
    if (Array.isArray(member)) return member.map((item, index) => map(item, `${pointer}/${index}`))
    return typeof member === 'object' && member !== null ? mapTexts({ ...member }, change, pointer) : member
  }
  return Object.fromEntries(Object.entries(body).map(([name, member]) => [name, map(member, `${path}/${name}`)]))
}
