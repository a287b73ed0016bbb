import { expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import type { World } from '../../platform'
import { eventsOf } from '../audit/events'
import { activityOf } from '../profiles/activities'
import {
  accessOf,
  again,
  give,
  hire,
  isNotThere,
  makeRole,
  openStaffWorld,
  rolesOf,
  type Somebody,
  take,
} from './staff'

const isEnded = { status: 401, body: { code: 'session_revoked' } }
const later = (world: World, seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000).toISOString()

const typesOf = (events: { type: string; data: unknown }[]) => events.map(({ type, data }) => [type, data])

test('a role is given: the person is logged out, and holds it from the next log-in on', async () => {
  const world = await openStaffWorld()
  const [admin, person] = [await hire(world, 'admin', ['admin']), await hire(world, 'person', [])]
  const events = await eventsOf(world, async () => {
    const held = { name: 'support', grantedAt: world.clock.now().toISOString(), expiresAt: null }
    expect(await give(world, admin, person, 'support')).toMatchObject({ status: 200, body: held })
    expect(await rolesOf(world, admin, person)).toEqual({ items: [held] })
  })
  expect(typesOf(events)).toEqual([
    ['role.granted', { role: 'support', expiresAt: null }],
    ['session.ended', { reason: 'role_granted', count: 1 }],
  ])
  expect(events.map(({ userId, actorId }) => [userId, actorId])).toEqual([
    [person.id, admin.id],
    [person.id, admin.id],
  ])
  expect(await world.send('GET /v1/me', { token: person.token })).toMatchObject(isEnded)
  const back = await again(world, person)
  expect(decodeJwt(back.token)).toMatchObject({ roles: ['support'] })
  expect(await world.send('GET /v1/admin/roles', { token: back.token })).toMatchObject({ status: 200 })
})

test('given again it is the same; with another end it is held until then, and nobody is logged out', async () => {
  const world = await openStaffWorld()
  const [admin, person] = [await hire(world, 'admin', ['admin']), await hire(world, 'person', ['support'])]
  const granted = await rolesOf(world, admin, person)
  world.advance(1)
  expect(await eventsOf(world, () => give(world, admin, person, 'support'))).toEqual([])
  expect(await rolesOf(world, admin, person)).toEqual(granted)
  const expiresAt = later(world, 60)
  const events = await eventsOf(world, async () => {
    expect(await give(world, admin, person, 'support', { expiresAt })).toMatchObject({ body: { expiresAt } })
  })
  expect(events.map(({ type }) => type)).toEqual(['role.granted'])
  expect(Date.parse(String(Object(events[0]?.data).expiresAt))).toBe(Date.parse(expiresAt))
  expect(await accessOf(world, person)).toMatchObject({ roles: [{ name: 'support', expiresAt }] })
})

test('a role counts for nothing at the moment that it is over, and may be given again', async () => {
  const world = await openStaffWorld()
  const [admin, person] = [await hire(world, 'admin', ['admin']), await hire(world, 'person', [])]
  await give(world, admin, person, 'support', { expiresAt: later(world, 60) })
  const back = await again(world, person)
  const look = () => world.send('GET /v1/admin/roles', { token: back.token })
  world.advance(59.999)
  expect((await look()).status).toBe(200)
  world.advance(0.001)
  expect(await look()).toMatchObject(isNotThere)
  expect(await accessOf(world, back)).toMatchObject({ roles: [], permissions: [] })
  expect(await rolesOf(world, admin, person)).toEqual({ items: [] })
  expect(await take(world, admin, person, 'support')).toMatchObject(isNotThere)
  expect((await give(world, admin, person, 'support')).status).toBe(200)
  expect(await world.send('GET /v1/me', { token: back.token })).toMatchObject(isEnded)
  expect(decodeJwt((await again(world, person)).token)).toMatchObject({ roles: ['support'] })
})

test('a role is taken, once: at once where the database is asked, in tokens from the next refresh on', async () => {
  const world = await openStaffWorld()
  const [admin, person] = [await hire(world, 'admin', ['admin']), await hire(world, 'person', ['support', 'auditor'])]
  const events = await eventsOf(world, async () => {
    expect((await take(world, admin, person, 'support')).status).toBe(204)
    expect(await take(world, admin, person, 'support')).toMatchObject(isNotThere)
  })
  expect(typesOf(events)).toEqual([['role.revoked', { role: 'support' }]])
  expect(decodeJwt(person.token)).toMatchObject({ roles: ['auditor', 'support'] })
  expect(await accessOf(world, person)).toMatchObject({ roles: [{ name: 'auditor' }] })
  expect((await activityOf(world, person.token)).items.map(({ type }) => type)).toContain('role_revoked')
})

test('people and roles that there are not look alike, and times that are over are refused', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  const nobody: Somebody = { id: crypto.randomUUID(), email: '', token: '' }
  for (const act of [give, take]) {
    expect(await act(world, admin, nobody, 'support')).toMatchObject(isNotThere)
    expect(await act(world, admin, admin, 'nothing')).toMatchObject(isNotThere)
    expect(await act(world, admin, admin, 'NOTHING')).toMatchObject(isNotThere)
  }
  expect(await world.send(`GET /v1/admin/users/${nobody.id}/roles`, { token: admin.token })).toMatchObject(isNotThere)
  const one = await world.send(`GET /v1/admin/users/${admin.id}/roles/support`, { token: admin.token })
  expect(one).toMatchObject(isNotThere)
  for (const expiresAt of [later(world, 0), later(world, -1), 'tomorrow', 0, '']) {
    expect((await give(world, admin, admin, 'support', { expiresAt })).status).toBe(422)
  }
})

test('a role of one’s own may have to have a second factor too', async () => {
  const world = await openStaffWorld({ MFA_REQUIRED_ROLES: 'desk' })
  const admin = await hire(world, 'admin', ['admin'])
  await makeRole(world, admin, 'desk', ['roles:read'])
  await makeRole(world, admin, 'other', ['roles:read'])
  const look = ({ token }: Somebody) => world.send('GET /v1/admin/roles', { token })
  expect(await look(await hire(world, 'one', ['desk']))).toMatchObject({ status: 401, body: { acrValues: 'aal2' } })
  expect((await look(await hire(world, 'two', ['other']))).status).toBe(200)
})
