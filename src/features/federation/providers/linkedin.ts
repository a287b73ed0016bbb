import * as z from 'zod'
import type { Provider } from './provider'

const Person = z.object({
  sub: z.string(),
  email: z.string().nullish(),
  email_verified: z.union([z.boolean(), z.enum(['true', 'false'])]).nullish(),
  name: z.string().nullish(),
  picture: z.string().nullish(),
})

/** Its id_token has no nonce, so that nothing ties it to a log-in: who somebody is, its API says. */
export const linkedin: Provider = {
  kind: 'oauth',
  id: 'linkedin',
  name: 'LinkedIn',
  issuer: 'https://www.linkedin.com/oauth',
  authorizationEndpoint: 'https://www.linkedin.com/oauth/v2/authorization',
  tokenEndpoint: 'https://www.linkedin.com/oauth/v2/accessToken',
  scopes: ['openid', 'email', 'profile'],
  fetchClaims: async (ask) => {
    const person = Person.parse(await ask('https://api.linkedin.com/v2/userinfo'))
    return {
      subject: person.sub,
      email: person.email ?? null,
      isEmailProved: person.email_verified === true || person.email_verified === 'true',
      name: person.name ?? null,
      picture: person.picture ?? null,
      locale: null,
    }
  },
}
