import * as z from 'zod'
import type { Provider } from './provider'

const Person = z.object({
  id: z.int(),
  login: z.string(),
  name: z.string().nullish(),
  avatar_url: z.string().nullish(),
})
const Addresses = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))

/** It speaks no OpenID Connect; the address is the primary one of its API, which says whether it is verified. */
export const github: Provider = {
  kind: 'oauth',
  id: 'github',
  name: 'GitHub',
  issuer: 'https://github.com/login/oauth',
  authorizationEndpoint: 'https://github.com/login/oauth/authorize',
  tokenEndpoint: 'https://github.com/login/oauth/access_token',
  scopes: ['read:user', 'user:email'],
  fetchClaims: async (ask) => {
    const person = Person.parse(await ask('https://api.github.com/user'))
    const addresses = Addresses.parse(await ask('https://api.github.com/user/emails'))
    const primary = addresses.find((address) => address.primary)
    return {
      subject: String(person.id),
      email: primary?.email ?? null,
      isEmailProved: primary?.verified ?? false,
      name: person.name ?? person.login,
      picture: person.avatar_url ?? null,
      locale: null,
    }
  },
}
