import * as z from 'zod'
import type { Provider } from './provider'

const Person = z.object({
  id: z.string(),
  username: z.string(),
  global_name: z.string().nullish(),
  email: z.string().nullish(),
  verified: z.boolean().nullish(),
  locale: z.string().nullish(),
})

export const discord: Provider = {
  kind: 'oauth',
  id: 'discord',
  name: 'Discord',
  issuer: 'https://discord.com',
  authorizationEndpoint: 'https://discord.com/oauth2/authorize',
  tokenEndpoint: 'https://discord.com/api/oauth2/token',
  scopes: ['identify', 'email'],
  fetchClaims: async (ask) => {
    const person = Person.parse(await ask('https://discord.com/api/users/@me'))
    return {
      subject: person.id,
      email: person.email ?? null,
      isEmailProved: person.verified === true,
      name: person.global_name ?? person.username,
      picture: null,
      locale: person.locale ?? null,
    }
  },
}
