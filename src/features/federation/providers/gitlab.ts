import type { Provider } from './provider'

export const gitlab: Provider = {
  kind: 'openid',
  id: 'gitlab',
  name: 'GitLab',
  issuer: 'https://gitlab.com',
  scopes: ['openid', 'email', 'profile'],
}
