import { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { call, hire, openStaffWorld, type Somebody } from './staff-people'

export const reason = 'Ticket 1815 can’t be repeated.'

export const openActing = async () => {
  const world = await openStaffWorld()
  return { world, ada: await hire(world, 'Boss', 'admin'), eve: await hire(world, 'Eve') }
}

export const impersonate = (world: World, by: Somebody, id: string, json: object = { reason }) =>
  call(world, by, `POST /v1/admin/users/${id}/impersonate`, json)

export const actAs = async (world: World, by: Somebody, id: string, json?: object): Promise<TokenSet> => {
  const answer = await impersonate(world, by, id, json)
  if (answer.status !== 201) throw new Error(answer.text)
  return TokenSet.parse(answer.body)
}

/** What the tokens of an impersonation still see of the person. */
export const see = async (world: World, { accessToken: token }: Pick<TokenSet, 'accessToken'>) =>
  (await world.send('GET /v1/me', { token })).status

export const refresh = (world: World, { refreshToken }: Pick<TokenSet, 'refreshToken'>) =>
  world.send('POST /v1/auth/refresh', { json: { refreshToken } })
