import { expect, test } from 'bun:test'
import { eventsOf } from '../audit/events'
import { accessOf, give, hire, isAboveOwn, isNotThere, makeRole, openStaffWorld } from './staff'

test('nobody makes, changes or deletes a role that allows more than they may', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  await makeRole(world, admin, 'lead', ['roles:write', 'roles:read', 'users:read'])
  await makeRole(world, admin, 'reader', ['users:read'])
  await makeRole(world, admin, 'eraser', ['users:read', 'users:delete'])
  const lead = await hire(world, 'lead', ['lead'])
  const events = await eventsOf(world, async () => {
    expect(await makeRole(world, lead, 'own', ['users:delete'])).toMatchObject(isAboveOwn)
    const patch = (name: string, permissions: string[]) =>
      world.send(`PATCH /v1/admin/roles/${name}`, { token: lead.token, json: { permissions } })
    expect(await patch('reader', ['users:read', 'users:ban'])).toMatchObject(isAboveOwn)
    expect(await patch('lead', ['roles:write', 'roles:assign'])).toMatchObject(isAboveOwn)
    expect(await patch('eraser', ['users:read'])).toMatchObject(isAboveOwn)
    expect(await world.send('DELETE /v1/admin/roles/eraser', { token: lead.token })).toMatchObject(isAboveOwn)
    expect((await patch('reader', ['roles:read'])).status).toBe(200)
    expect((await makeRole(world, lead, 'own', ['users:read'])).status).toBe(201)
    expect((await world.send('DELETE /v1/admin/roles/own', { token: lead.token })).status).toBe(204)
  })
  expect(
    events
      .filter(({ type }) => type === 'role.grant_refused')
      .map(({ data }) => Object(data).role)
      .toSorted(),
  ).toEqual(['eraser', 'eraser', 'lead', 'own', 'reader'])
  expect((await world.send('GET /v1/admin/roles/eraser', { token: admin.token })).body).toMatchObject({
    permissions: ['users:delete', 'users:read'],
  })
})

test('a permission that is declared no more allows nothing, and keeps no role from being changed', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  await makeRole(world, admin, 'billing', ['invoices:read', 'users:read'])
  const person = await hire(world, 'person', ['billing'])
  const later = world.startAnother({ APPLICATION_PERMISSIONS: '' })
  expect(await accessOf(later, person)).toMatchObject({ permissions: ['users:read'] })
  expect((await later.send('GET /v1/admin/roles/billing', { token: admin.token })).body).toMatchObject({
    permissions: ['users:read'],
  })
  expect((await give(later, admin, person, 'support')).status).toBe(200)
  expect((await later.send('DELETE /v1/admin/roles/billing', { token: admin.token })).status).toBe(204)
})

test('who may only do things in the application is none of the staff', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  await makeRole(world, admin, 'accountant', ['invoices:write'])
  const person = await hire(world, 'person', ['accountant'])
  expect(await world.send('GET /v1/admin/roles', { token: person.token })).toMatchObject(isNotThere)
  expect(await accessOf(world, person)).toMatchObject({ permissions: ['invoices:write'] })
})

test('to change roles takes a proof of five minutes', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  world.advance(301)
  expect(await makeRole(world, admin, 'late', [])).toMatchObject({ status: 401, body: { maxAge: 300 } })
  expect((await world.send('GET /v1/admin/roles', { token: admin.token })).status).toBe(200)
})
