import { expect, test } from 'bun:test'
import { eventsOf } from '../audit/events'
import { registerProved } from '../authenticators/second-factors'
import { ada, grace } from '../people'
import { accept, actFor, found, invite, openOrganizationWorld } from './people'

const eve = { email: 'eve@example.com', password: 'listens to the wire', name: 'Eve' }

/** What is recorded, but of what comes with a session. */
const told = (events: Awaited<ReturnType<typeof eventsOf>>): Record<string, unknown>[] =>
  events.map(({ type, actorId, userId, data }) => ({ type, actorId, userId, ...data }))

test('who makes an organization, who joins, whose role changes, who leaves and who gets it is recorded', async () => {
  const { world, owner, member, id } = await openOrganizationWorld()
  const act = actFor(world, owner, id)
  const [adaId, graceId] = [owner.user.id, member.user.id]
  expect(told(await eventsOf(world, () => found(world, owner)))).toMatchObject([
    { type: 'member.joined', userId: adaId, by: 'creation', role: 'owner' },
    { type: 'organization.created', userId: adaId },
  ])
  const json = { role: 'admin' }
  expect(told(await eventsOf(world, () => act(`PATCH /members/${graceId}`, { json })))).toEqual([
    { type: 'member.role_changed', actorId: adaId, userId: graceId, organizationId: id, role: 'admin' },
  ])
  expect(told(await eventsOf(world, () => act('PATCH ', { json: { name: 'Looms' } })))).toEqual([
    { type: 'organization.updated', actorId: adaId, userId: null, organizationId: id, fields: ['name'] },
  ])
  const heir = { userId: graceId }
  expect(told(await eventsOf(world, () => act('POST /transfer', { json: heir })))).toEqual([
    { type: 'member.role_changed', actorId: adaId, userId: adaId, organizationId: id, role: 'admin' },
    { type: 'ownership.transferred', actorId: adaId, userId: graceId, organizationId: id, from: adaId },
  ])
  expect(told(await eventsOf(world, () => act('DELETE /members/me')))).toEqual([
    { type: 'member.left', actorId: adaId, userId: adaId, organizationId: id },
  ])
  expect(told(await eventsOf(world, () => actFor(world, member, id)('DELETE ')))).toEqual([
    { type: 'organization.deleted', actorId: graceId, userId: null, organizationId: id },
  ])
})

test('whoever wants to give more than they may, or to give away what is another’s, is refused, and that is recorded', async () => {
  const { world, owner, member, id } = await openOrganizationWorld({}, 'admin')
  const act = actFor(world, member, id)
  const refusal = { type: 'member.role_refused', actorId: member.user.id, organizationId: id }
  const owning = { json: { role: 'owner' } }
  const tries: [() => Promise<{ status: number }>, object][] = [
    [() => act(`PATCH /members/${member.user.id}`, owning), { userId: member.user.id, role: 'owner' }],
    [
      () => act(`PATCH /members/${owner.user.id}`, { json: { role: 'member' } }),
      { userId: owner.user.id, role: 'member' },
    ],
    [() => act(`DELETE /members/${owner.user.id}`), { userId: owner.user.id, role: 'owner' }],
    [
      () => act('POST /invitations', { json: { email: 'a@example.com', role: 'owner' } }),
      { userId: null, role: 'owner' },
    ],
    [
      () => act('POST /roles', { json: { name: 'king', description: 'K.', permissions: ['organization:delete'] } }),
      { userId: null, role: 'king' },
    ],
  ]
  for (const [attempt, facts] of tries) {
    const events = await eventsOf(world, async () => expect((await attempt()).status).toBe(403))
    expect(told(events)).toEqual([{ ...refusal, ...facts }])
  }
  const transfer = () => act('POST /transfer', { json: { userId: member.user.id } })
  const events = await eventsOf(world, async () => expect((await transfer()).status).toBe(403))
  const facts = { actorId: member.user.id, userId: member.user.id, organizationId: id }
  expect(told(events)).toEqual([{ type: 'ownership.transfer_refused', ...facts }])
  const toNobody = { json: { userId: crypto.randomUUID() } }
  const given = await eventsOf(world, () => actFor(world, owner, id)('POST /transfer', toNobody))
  expect(told(given)).toMatchObject([{ type: 'ownership.transfer_refused', actorId: owner.user.id }])
})

test('an invitation is recorded, and who tries one that is not theirs; nothing of it tells an address', async () => {
  const { world, owner, id } = await openOrganizationWorld()
  const stranger = await registerProved(world, eve)
  const email = 'new@example.com'
  const invitation = await invite(world, owner, id, email)
  const events = await eventsOf(world, () => accept(world, stranger, invitation.token))
  const facts = { organizationId: id, invitationId: invitation.id }
  expect(told(events)).toEqual([
    { type: 'invitation.refused', actorId: stranger.user.id, userId: stranger.user.id, ...facts, reason: 'address' },
  ])
  const byId = () => world.send(`POST /v1/me/invitations/${invitation.id}/accept`, { token: stranger.accessToken })
  expect(told(await eventsOf(world, byId))).toMatchObject([{ type: 'invitation.refused', reason: 'address' }])
  const revoked = await eventsOf(world, () => actFor(world, owner, id)(`DELETE /invitations/${invitation.id}`))
  expect(told(revoked)).toEqual([{ type: 'invitation.revoked', actorId: owner.user.id, userId: null, ...facts }])
  const again = await eventsOf(world, () => invite(world, owner, id, email))
  expect(told(again).map(({ type }) => type)).toEqual(['invitation.created'])
  const all = JSON.stringify(await world.db.run('select data from audit_event', [], 'objects'))
  for (const address of [email, ada.email, grace.email, eve.email]) expect(all).not.toContain(address)
})
