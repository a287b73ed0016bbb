import type { Provider } from './provider'

export const google: Provider = {
  kind: 'openid',
  id: 'google',
  name: 'Google',
  issuer: 'https://accounts.google.com',
  scopes: ['openid', 'email', 'profile'],
  parameters: { access_type: 'offline' },
}
