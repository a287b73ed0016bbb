import { expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { grantRole } from '#features/admin/grant-role'
import { requireStaff } from '#features/admin/require-staff'
import { revokeRole } from '#features/admin/revoke-role'
import type { World } from '../../platform'
import { eventsOf } from '../audit/events'
import {
  accessOf,
  again,
  give,
  hire,
  isAboveOwn,
  isNotThere,
  makeRole,
  mayNot,
  openStaffWorld,
  operator,
  type Somebody,
  take,
} from './staff'

const isEnded = { status: 401, body: { code: 'session_revoked' } }
const isLastAdmin = { status: 409, body: { code: 'last_admin' } }
const later = (world: World, seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000).toISOString()

/** Somebody who may give roles, and do little else. */
const hireLead = async (world: World, admin: Somebody) => {
  await makeRole(world, admin, 'lead', ['roles:assign', 'roles:read', 'users:read'])
  await makeRole(world, admin, 'reader', ['users:read'])
  return hire(world, 'lead', ['lead'])
}

test('nobody promotes themselves or others above what they may, and each try is recorded', async () => {
  const world = await openStaffWorld()
  const [admin, person] = [await hire(world, 'admin', ['admin']), await hire(world, 'person', [])]
  const lead = await hireLead(world, admin)
  const events = await eventsOf(world, async () => {
    for (const role of ['admin', 'support', 'auditor']) {
      expect(await give(world, lead, lead, role)).toMatchObject(isAboveOwn)
      expect(await give(world, lead, person, role)).toMatchObject(isAboveOwn)
    }
    expect((await give(world, lead, person, 'reader')).status).toBe(200)
    expect((await take(world, lead, person, 'reader')).status).toBe(204)
  })
  const refused = events.filter(({ type }) => type === 'role.grant_refused')
  expect(refused.map(({ actorId, userId, data }) => [actorId, userId === lead.id, Object(data).role])).toEqual(
    expect.arrayContaining(['admin', 'support', 'auditor'].map((role) => [lead.id, true, role])),
  )
  expect(refused.length).toBe(6)
  expect(await accessOf(world, lead)).toMatchObject({ roles: [{ name: 'lead' }] })
})

test('nobody touches somebody who may do more, not even by a role of their own kind', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  const lead = await hireLead(world, admin)
  await grantRole(operator(world), admin.email, 'reader')
  const other = await again(world, admin)
  expect(await take(world, lead, other, 'reader')).toMatchObject(isAboveOwn)
  expect(await give(world, lead, other, 'lead')).toMatchObject(isAboveOwn)
  expect(await give(world, lead, other, 'reader', { expiresAt: later(world, 1) })).toMatchObject(isAboveOwn)
  const [peer] = [await hire(world, 'peer', ['lead'])]
  expect((await take(world, lead, peer, 'lead')).status).toBe(204)
})

test('what is one’s own for a while can be handed on for no longer, to oneself least of all', async () => {
  const world = await openStaffWorld()
  const [admin, person] = [await hire(world, 'admin', ['admin']), await hire(world, 'person', [])]
  const guest = await hire(world, 'guest', ['admin'], new Date(later(world, 3600)))
  await makeRole(world, admin, 'desk', ['users:read'])
  expect(await give(world, guest, guest, 'admin')).toMatchObject(isAboveOwn)
  expect(await give(world, guest, guest, 'admin', { expiresAt: later(world, 3601) })).toMatchObject(isAboveOwn)
  expect(await give(world, guest, person, 'support')).toMatchObject(isAboveOwn)
  expect((await give(world, guest, person, 'support', { expiresAt: later(world, 3600) })).status).toBe(200)
  const json = { permissions: ['users:read', 'users:delete'] }
  expect(await world.send('PATCH /v1/admin/roles/desk', { token: guest.token, json })).toMatchObject(isAboveOwn)
  expect((await world.send('PATCH /v1/admin/roles/desk', { token: admin.token, json })).status).toBe(200)
})

test('the last administrator can’t lose the role, nor be given an end, whoever else is there for a while', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  const guest = await hire(world, 'guest', ['admin'], new Date(later(world, 3600)))
  expect(await take(world, admin, admin, 'admin')).toMatchObject(isLastAdmin)
  expect(await take(world, guest, admin, 'admin')).toMatchObject(isLastAdmin)
  const expiresAt = later(world, 7200)
  expect(await give(world, admin, admin, 'admin', { expiresAt })).toMatchObject(isLastAdmin)
  expect((await take(world, admin, guest, 'admin')).status).toBe(204)
  const second = await hire(world, 'second', ['admin'])
  await world.db.run('update "user" set banned_at = $1 where id = $2', [world.clock.now(), second.id], 'objects')
  expect(await take(world, admin, admin, 'admin')).toMatchObject(isLastAdmin)
  await world.db.run('update "user" set banned_at = null', [], 'objects')
  expect((await take(world, second, admin, 'admin')).status).toBe(204)
  expect(await world.send('GET /v1/admin/roles', { token: admin.token })).toMatchObject(isNotThere)
  expect(await revokeRole(operator(world), second.email, 'admin')).toBe(true)
})

/** A session in which somebody acts as another, as staff open them. */
const impersonate = async (world: World, actor: Somebody, target: Somebody): Promise<Somebody> => {
  const opened = await again(world, target)
  const [own, acting] = [actor, opened].map(({ token }) => decodeJwt(token).sid)
  await world.db.run(
    'update session set impersonator_id = $1, impersonator_session_id = $2 where id = $3',
    [actor.id, own, acting],
    'objects',
  )
  return opened
}

test.each(['taken', 'deleted', 'changed', 'taken by the operator'])(
  'who acts as another acts no more once the role is %s',
  async (how) => {
    const world = await openStaffWorld()
    const [admin, person] = [await hire(world, 'admin', ['admin']), await hire(world, 'person', [])]
    await makeRole(world, admin, 'actor', ['users:read', 'users:impersonate'])
    const actor = await hire(world, 'actor', ['actor'])
    const acting = await impersonate(world, actor, person)
    expect((await world.send('GET /v1/me', { token: acting.token })).status).toBe(200)
    const events = await eventsOf(world, async () => {
      if (how === 'taken') await take(world, admin, actor, 'actor')
      else if (how === 'taken by the operator') await revokeRole(operator(world), actor.email, 'actor')
      else if (how === 'deleted') await world.send('DELETE /v1/admin/roles/actor', { token: admin.token })
      else
        await world.send('PATCH /v1/admin/roles/actor', { token: admin.token, json: { permissions: ['users:read'] } })
    })
    expect(await world.send('GET /v1/me', { token: acting.token })).toMatchObject(isEnded)
    expect((await world.send('GET /v1/me', { token: person.token })).status).toBe(200)
    expect(events.find(({ type }) => type === 'session.ended')).toMatchObject({
      userId: person.id,
      data: { reason: 'impersonation_ended', count: 1 },
    })
  },
)

test('who acts as another is none of the staff meanwhile, by whatever door', async () => {
  const world = await openStaffWorld()
  const [admin, other] = [await hire(world, 'admin', ['admin']), await hire(world, 'other', ['admin'])]
  const ctx = world.contextOf({
    kind: 'user',
    userId: other.id,
    sessionId: String(decodeJwt(other.token).sid),
    impersonatorId: admin.id,
  })
  await expect(requireStaff(ctx, 'users:read')).rejects.toMatchObject({ definition: { code: 'impersonation_refused' } })
})

test('staff who lack a permission leave an event, also under an idempotency key; others leave none', async () => {
  const world = await openStaffWorld()
  const [support, person] = [await hire(world, 'support', ['support']), await hire(world, 'person', [])]
  const json = { name: 'own', permissions: [] }
  const ask = ({ token }: Somebody, headers: Record<string, string> = {}) =>
    world.send('POST /v1/admin/roles', { token, json, headers })
  for (const headers of [{}, { 'idempotency-key': 'once' }]) {
    const events = await eventsOf(world, async () => expect(await ask(support, headers)).toMatchObject(mayNot))
    expect(events.map(({ type, data, userId }) => [type, data, userId])).toEqual([
      ['access.refused', { permission: 'roles:write' }, support.id],
    ])
  }
  expect(await eventsOf(world, async () => expect(await ask(person)).toMatchObject(isNotThere))).toEqual([])
})

test('a role is made once for an idempotency key', async () => {
  const world = await openStaffWorld()
  const { token } = await hire(world, 'admin', ['admin'])
  const headers = { 'idempotency-key': 'once' }
  const make = () => world.send('POST /v1/admin/roles', { token, headers, json: { name: 'desk', permissions: [] } })
  const [first, second] = [await make(), await make()]
  expect([first.status, second.status, second.body]).toEqual([201, 201, first.body])
  expect(second.headers.get('idempotent-replayed')).toBe('true')
})
