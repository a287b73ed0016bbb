import type { Provider } from './provider'

export const slack: Provider = {
  kind: 'openid',
  id: 'slack',
  name: 'Slack',
  issuer: 'https://slack.com',
  scopes: ['openid', 'email', 'profile'],
}
