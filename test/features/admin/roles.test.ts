import { expect, test } from 'bun:test'
import { decodeJwt } from 'jose'
import { permissions, systemRoles } from '#core/permissions'
import { eventsOf } from '../audit/events'
import { accessOf, again, hire, isNotThere, makeRole, mayNot, openStaffWorld, rolesOf } from './staff'

const names = (items: unknown) => (Array.isArray(items) ? items.map(({ name }) => name) : items)
const itemsOf = ({ body }: { body: unknown }) => Object(body).items

test('the permissions are those that are declared, ours and the application’s', async () => {
  const world = await openStaffWorld()
  const auditor = await hire(world, 'auditor', ['auditor'])
  const answer = await world.send('GET /v1/admin/permissions', { token: auditor.token })
  expect(names(itemsOf(answer))).toEqual([...Object.keys(permissions), 'invoices:read', 'invoices:write'])
})

test('a role is made, seen, changed and deleted; each leaves an event', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  const { token } = admin
  const events = await eventsOf(world, async () => {
    const made = await makeRole(world, admin, 'billing', ['users:read', 'invoices:read', 'users:read'])
    const role = {
      name: 'billing',
      description: '',
      permissions: ['invoices:read', 'users:read'],
      isSystem: false,
      createdAt: world.clock.now().toISOString(),
      updatedAt: world.clock.now().toISOString(),
    }
    expect(made).toMatchObject({ status: 201, body: role })
    world.advance(1)
    const json = { description: 'Reads bills.' }
    const changed = await world.send('PATCH /v1/admin/roles/billing', { token, json })
    const after = { ...role, ...json, updatedAt: world.clock.now().toISOString() }
    expect(changed).toMatchObject({ status: 200, body: after })
    expect((await world.send('GET /v1/admin/roles/billing', { token })).body).toEqual(after)
    world.advance(1)
    expect((await world.send('DELETE /v1/admin/roles/billing', { token })).status).toBe(204)
  })
  expect(await world.send('GET /v1/admin/roles/billing', { token })).toMatchObject(isNotThere)
  expect(events.map(({ type, data, actorId }) => [type, data, actorId])).toEqual(
    ['created', 'updated', 'deleted'].map((done) => [`role.${done}`, { name: 'billing' }, admin.id]),
  )
})

test('roles are listed by name, those of the system among them, a page at a time', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  for (const name of ['zeta', 'b-1', 'b', 'beta']) await makeRole(world, admin, name, [])
  const expected = ['admin', 'auditor', 'b', 'b-1', 'beta', 'support', 'zeta']
  const list = (query = '') => world.send(`GET /v1/admin/roles${query}`, { token: admin.token })
  expect(names(itemsOf(await list()))).toEqual(expected)
  const seen: unknown[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await list(`?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...Object(names(Object(body).items)))
    cursor = Object(body).nextCursor
  }
  expect(seen).toEqual(expected)
  const auditor = await world.send('GET /v1/admin/roles/auditor', { token: admin.token })
  expect(auditor.body).toMatchObject({ isSystem: true, permissions: systemRoles.auditor, createdAt: null })
})

test('names, permissions and fields that are none are refused', async () => {
  const world = await openStaffWorld()
  const { token } = await hire(world, 'admin', ['admin'])
  const role = { name: 'billing', permissions: ['users:read'] }
  for (const name of ['', 'Billing', '1st', 'a b', 'a'.repeat(33), 'a_b', '-a']) {
    expect((await world.send('POST /v1/admin/roles', { token, json: { ...role, name } })).status).toBe(422)
  }
  for (const permission of ['users:fly', 'members:read', '*', 'users:read ', '__proto__']) {
    const json = { ...role, permissions: ['users:read', permission] }
    expect(await world.send('POST /v1/admin/roles', { token, json })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/permissions/1' }] },
    })
  }
  const json = { ...role, isSystem: true }
  expect((await world.send('POST /v1/admin/roles', { token, json })).status).toBe(422)
  for (const name of ['admin', 'support', 'auditor']) {
    const taken = await world.send('POST /v1/admin/roles', { token, json: { ...role, name } })
    expect(taken).toMatchObject({ status: 409, body: { code: 'role_taken' } })
    for (const method of ['PATCH', 'DELETE']) {
      const answer = await world.send(`${method} /v1/admin/roles/${name}`, {
        token,
        ...(method === 'PATCH' && { json: { permissions: [] } }),
      })
      expect(answer).toMatchObject({ status: 409, body: { code: 'system_role' } })
    }
  }
  expect((await world.send('POST /v1/admin/roles', { token, json: role })).status).toBe(201)
  expect(await world.send('POST /v1/admin/roles', { token, json: role })).toMatchObject({
    status: 409,
    body: { code: 'role_taken' },
  })
})

test('a role that is changed counts at once where the database is asked, and in tokens from the next refresh on', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  await makeRole(world, admin, 'desk', ['users:read'])
  const desk = await hire(world, 'desk', ['desk'])
  const look = () => world.send(`GET /v1/admin/users/${admin.id}/activity`, { token: desk.token })
  expect((await look()).status).toBe(200)
  expect(decodeJwt(desk.token)).toMatchObject({ roles: ['desk'], permissions: ['users:read'] })
  const json = { permissions: ['roles:read'] }
  expect((await world.send('PATCH /v1/admin/roles/desk', { token: admin.token, json })).status).toBe(200)
  expect(await look()).toMatchObject(mayNot)
  expect(await accessOf(world, desk)).toEqual({
    roles: [{ name: 'desk', expiresAt: null }],
    permissions: ['roles:read'],
    organization: null,
  })
  expect(decodeJwt((await again(world, desk)).token)).toMatchObject({ permissions: ['roles:read'] })
})

test('to delete a role takes it from everybody, who have it in their activity; its name then is nobody’s', async () => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  await makeRole(world, admin, 'desk', ['users:read'])
  const held = [await hire(world, 'one', ['desk']), await hire(world, 'two', ['desk', 'support'])]
  const events = await eventsOf(world, () => world.send('DELETE /v1/admin/roles/desk', { token: admin.token }))
  const revoked = events.filter(({ type }) => type === 'role.revoked')
  expect(revoked.map(({ userId }) => userId).toSorted()).toEqual(held.map(({ id }) => id).toSorted())
  expect(revoked.map(({ data }) => data)).toEqual([{ role: 'desk' }, { role: 'desk' }])
  await makeRole(world, admin, 'desk', ['users:delete'])
  for (const person of held) expect(names(Object(await rolesOf(world, admin, person)).items)).not.toContain('desk')
})

test('a name that somebody held before there was such a role gives them nothing when it is made', async () => {
  const world = await openStaffWorld()
  const [admin, person] = [await hire(world, 'admin', ['admin']), await hire(world, 'person', [])]
  await world.db.run(
    "insert into role_assignment values ($1::uuid, 'editor', $2)",
    [person.id, world.clock.now()],
    'objects',
  )
  expect((await makeRole(world, admin, 'editor', ['users:read'])).status).toBe(201)
  expect(await accessOf(world, person)).toMatchObject({ roles: [], permissions: [] })
})
