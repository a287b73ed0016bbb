import { freshEmail, freshPassword } from '../given'

export type Body = Record<string, unknown>

/** A good body for each route that takes one, with every field it knows. */
export const requestBodies: Record<string, () => Body> = {
  'POST /v1/auth/register': () => ({
    email: freshEmail(),
    password: freshPassword(),
    name: 'Ada Lovelace',
    locale: 'en',
  }),
  'POST /v1/auth/login': () => ({ email: freshEmail(), password: freshPassword(), transport: 'bearer' }),
  'POST /v1/auth/refresh': () => ({ refreshToken: `prt_${'A'.repeat(75)}` }),
  'POST /v1/auth/email/verify': () => ({ token: crypto.randomUUID() }),
  'POST /v1/auth/email/verify/resend': () => ({ email: freshEmail() }),
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

/** A text in a body, by its JSON pointer. */
export interface TextField {
  pointer: string
  text: string
  /** The body with another value in this place. */
  replace: (value: unknown) => Body
}

/** Every text of a body, nested ones too. */
export const listTextFields = (body: Body): TextField[] =>
  Object.entries(body).flatMap(([name, member]): TextField[] => {
    if (typeof member === 'string') {
      return [{ pointer: `/${name}`, text: member, replace: (value) => ({ ...body, [name]: value }) }]
    }
    if (typeof member !== 'object' || member === null) return []
    return listTextFields({ ...member }).map(({ pointer, text, replace }) => ({
      pointer: `/${name}${pointer}`,
      text,
      replace: (value) => ({ ...body, [name]: replace(value) }),
    }))
  })
