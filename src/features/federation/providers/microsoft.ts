import type { Provider } from './provider'

const tenant = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Work, school and personal accounts of any tenant. An address is the tenant's word, and anybody can have a tenant: it is
 * taken as proved only with the optional claim `xms_edov`, which says that the domain's owner was verified.
 */
export const microsoft: Provider = {
  kind: 'openid',
  id: 'microsoft',
  name: 'Microsoft',
  issuer: 'https://login.microsoftonline.com/common/v2.0',
  scopes: ['openid', 'email', 'profile', 'offline_access'],
  acceptsIssuer: (issuer, { tid }) =>
    typeof tid === 'string' && tenant.test(tid) && issuer === `https://login.microsoftonline.com/${tid}/v2.0`,
  readClaims: ({ xms_edov: isVerified }) => ({
    isEmailProved: isVerified === true || isVerified === 1 || isVerified === '1' || isVerified === 'true',
  }),
}
