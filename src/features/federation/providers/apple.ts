import type { Provider } from './provider'

/** Its answer comes as a form from its own site; the client's secret is a JWT that Apple's tools make. */
export const apple: Provider = {
  kind: 'openid',
  id: 'apple',
  name: 'Apple',
  issuer: 'https://appleid.apple.com',
  scopes: ['openid', 'email', 'name'],
  parameters: { response_mode: 'form_post' },
  readClaims: ({ email_verified: isVerified }) => ({ isEmailProved: isVerified === true || isVerified === 'true' }),
}
