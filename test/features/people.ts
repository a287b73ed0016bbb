import { ActivationAnswer, Registered } from '#features/accounts/contract'
import { TokenSet } from '#features/sessions/contract'
import type { World } from '../platform'

export const ada = { email: 'ada@example.com', password: 'correct horse battery staple', name: 'Ada Lovelace' }
export const grace = { email: 'grace@example.com', password: 'nanoseconds of copper wire', name: 'Grace Hopper' }

type Person = typeof ada

/** Registers where that logs in at once (EMAIL_VERIFICATION=optional); the mail is sent when it returns. */
export const registerAndLogIn = async (world: World, person: Person = ada): Promise<TokenSet> => {
  const answer = await world.send('POST /v1/auth/register', { json: person })
  await world.settle()
  return Registered.parse(answer.body).tokens
}

/** Registers where the address must be proved first (EMAIL_VERIFICATION=required); the mail is sent when it returns. */
export const registerOnly = async (world: World, person: Person = ada): Promise<ActivationAnswer> => {
  const answer = await world.send('POST /v1/auth/register', { json: person })
  await world.settle()
  return ActivationAnswer.parse(answer.body)
}

export const logIn = async (world: World, { email, password }: Person = ada): Promise<TokenSet> =>
  TokenSet.parse((await world.send('POST /v1/auth/login', { json: { email, password } })).body)

export const refresh = async (world: World, { refreshToken }: Pick<TokenSet, 'refreshToken'>): Promise<TokenSet> =>
  TokenSet.parse((await world.send('POST /v1/auth/refresh', { json: { refreshToken } })).body)

/** The token in the newest mail. */
export const mailedToken = (world: World): string => {
  const token = world.outbox.at(-1)?.data.token
  if (token === undefined) throw new Error('No mail with a token was sent.')
  return token
}
