import { expect, test } from 'bun:test'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { registerProved } from '../authenticators/second-factors'
import { accept, actFor, invite, openOrganizationWorld } from '../organizations/people'
import { everything, startColliding } from './colliding'

const alan = { email: 'alan@example.com', password: 'halts or does it not', name: 'Alan' }
const clerk = { name: 'clerk', description: 'Clerks.', permissions: ['members:read', 'members:assign'] }

interface Scene {
  owner: TokenSet
  member: TokenSet
  invitee: TokenSet
  id: string
  invitation: { id: string; token: string }
}

/** An organization with a member, a role, and an invitation that is open. */
const openScene = async () => {
  const { world, owner, member, id } = await openOrganizationWorld()
  const invitee = await registerProved(world, alan)
  const invitation = await invite(world, owner, id, alan.email)
  await actFor(world, owner, id)('POST /roles', { json: clerk })
  return { world, scene: { owner, member, invitee, id, invitation }, ...(await startColliding(world)) }
}

const byOwner = (route: (scene: Scene) => string, json?: (scene: Scene) => object) => (world: World, scene: Scene) =>
  actFor(world, scene.owner, scene.id)(route(scene), json ? { json: json(scene) } : {})

const byMember = (route: (scene: Scene) => string, json?: (scene: Scene) => object) => (world: World, scene: Scene) =>
  actFor(world, scene.member, scene.id)(route(scene), json ? { json: json(scene) } : {})

const changes: Record<string, (world: World, scene: Scene) => Promise<{ status: number }>> = {
  'a new organization': (world, { member: { accessToken: token } }) =>
    world.send('POST /v1/organizations', { token, json: { name: 'Looms' } }),
  'a new name': byOwner(
    () => 'PATCH ',
    () => ({ name: 'Looms' }),
  ),
  'the end of an organization': byOwner(() => 'DELETE '),
  'a transfer': byOwner(
    () => 'POST /transfer',
    ({ member }) => ({ userId: member.user.id }),
  ),
  'a refused transfer': byMember(
    () => 'POST /transfer',
    ({ member }) => ({ userId: member.user.id }),
  ),
  'another role of a member': byOwner(
    ({ member }) => `PATCH /members/${member.user.id}`,
    () => ({ role: 'clerk' }),
  ),
  'the removal of a member': byOwner(({ member }) => `DELETE /members/${member.user.id}`),
  'the leaving of a member': byMember(() => 'DELETE /members/me'),
  'a new role': byOwner(
    () => 'POST /roles',
    () => ({ ...clerk, name: 'other' }),
  ),
  'a change of a role': byOwner(
    () => 'PATCH /roles/clerk',
    () => ({ permissions: [] }),
  ),
  'the end of a role': byOwner(() => 'DELETE /roles/clerk'),
  'an invitation': byOwner(
    () => 'POST /invitations',
    () => ({ email: 'b@example.com', role: 'clerk' }),
  ),
  'an invitation again': byOwner(
    () => 'POST /invitations',
    () => ({ email: alan.email, role: 'clerk' }),
  ),
  'the end of an invitation': byOwner(({ invitation }) => `DELETE /invitations/${invitation.id}`),
  'an acceptance': (world, { invitee, invitation }) => accept(world, invitee, invitation.token),
  'an acceptance by id': (world, { invitee: { accessToken: token }, invitation }) =>
    world.send(`POST /v1/me/invitations/${invitation.id}/accept`, { token }),
  'a refused acceptance': (world, { member, invitation }) => accept(world, member, invitation.token),
  'a declined invitation': (world, { invitee: { accessToken: token }, invitation }) =>
    world.send(`DELETE /v1/me/invitations/${invitation.id}`, { token }),
}

for (const [change, make] of Object.entries(changes)) {
  test(`${change} that can’t be recorded does not happen, and causes no job`, async () => {
    const { world, scene, colliding, isUsed } = await openScene()
    const before = await everything(world)
    expect((await make(colliding, scene)).status).toBe(500)
    expect(isUsed()).toBe(true)
    expect(await everything(world)).toEqual(before)
    expect((await make(world, scene)).status).toBeLessThan(500)
    expect(await everything(world)).not.toEqual(before)
  })
}
