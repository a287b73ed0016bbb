import { Invitation } from '#features/organizations/invitation-contract'
import { Organization } from '#features/organizations/organization-contract'
import type { TokenSet } from '#features/sessions/contract'
import type { TestSettings, World } from '../../platform'
import type { Call } from '../../platform/calls'
import { mailOf } from '../accounts/mailed'
import { openProvedWorld, registerProved } from '../authenticators/second-factors'
import { ada, grace } from '../people'

/** Sends requests about one organization: `act('DELETE /members/me')`. */
export const actFor =
  (world: World, { accessToken: token }: Pick<TokenSet, 'accessToken'>, organizationId: string) =>
  (route: string, call: Call = {}) => {
    const [method = '', path = ''] = route.split(/ (.*)/)
    return world.send(`${method} /v1/organizations/${organizationId}${path}`, { token, ...call })
  }

export const found = async (world: World, { accessToken: token }: TokenSet, name = 'Engines') => {
  const { body } = await world.send('POST /v1/organizations', { token, json: { name } })
  return Organization.parse(body)
}

/** The newest token that was mailed to an address to join by. */
export const invitedBy = (world: World, email: string): string => mailOf(world, 'invitation', email).data.token ?? ''

export const accept = (world: World, { accessToken: token }: TokenSet, mailed: string) =>
  world.send('POST /v1/organizations/invitations/accept', { token, json: { token: mailed } })

/** Invites an address, and lets the mail go. */
export const invite = async (
  world: World,
  inviter: TokenSet,
  organizationId: string,
  email: string,
  role = 'member',
) => {
  const { body } = await actFor(world, inviter, organizationId)('POST /invitations', { json: { email, role } })
  await world.settle()
  return { ...Invitation.parse(body), token: invitedBy(world, email) }
}

/** Somebody new who joins by an invitation. */
export const join = async (
  world: World,
  inviter: TokenSet,
  organizationId: string,
  person = grace,
  role = 'member',
) => {
  const session = await registerProved(world, person)
  const { token } = await invite(world, inviter, organizationId, person.email, role)
  await accept(world, session, token)
  return session
}

/** Ada owns an organization that Grace belongs to. */
export const openOrganizationWorld = async (settings: TestSettings = {}, role = 'member') => {
  const { world, session: owner } = await openProvedWorld(settings)
  const { id } = await found(world, owner)
  const member = await join(world, owner, id, grace, role)
  return { world, owner, member, id, ada, grace }
}
