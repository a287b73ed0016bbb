import { beforeEach, expect, test } from 'bun:test'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { grace, registerAndLogIn } from '../people'
import {
  machineToken,
  makeAccount,
  makeKey,
  makeMachineKey,
  openKeyedWorld,
  plantOrganization,
  query,
  registerStaff,
} from './keyed-world'

let world: World
let staff: TokenSet
let asker: Awaited<ReturnType<typeof makeMachineKey>>

beforeEach(async () => {
  world = await openKeyedWorld()
  staff = await registerStaff(world)
  asker = await makeMachineKey(world, staff, ['api-keys:verify', 'tokens:introspect'])
})

const verify = async (key: string, more: object = {}, token = asker.key) =>
  (await world.send('POST /v1/api-keys/verify', { token, json: { key, ...more } })).body

test('whoever makes a service account or a key for it gives no more than they may themselves', async () => {
  const support = await registerStaff(world, grace, 'auditor')
  const { id } = await makeAccount(world, staff, ['users:ban', 'users:read'])
  const now = world.clock.now()
  await query(world, "insert into role values ('ops', '', $1::text::jsonb, $2, $2)", [
    ...['["service-accounts:read", "service-accounts:write"]', now],
  ])
  await query(world, "insert into role_assignment values ($1, 'ops', $2, null)", [support.user.id, now])
  const owner = `/v1/admin/service-accounts/${id}/api-keys`
  const { accessToken: token } = support
  const make = (scopes: string[]) => world.send(`POST ${owner}`, { token, json: { name: 'x', scopes } })
  expect((await make(['users:ban'])).body).toMatchObject({ code: 'missing_permission' })
  // They may do that, and the service account may not.
  expect((await make(['audit:read'])).body).toMatchObject({ code: 'missing_permission' })
  expect((await make(['users:read'])).status).toBe(201)
  const strong = await makeKey(world, staff, { scopes: ['users:ban'] }, owner)
  const roll = await world.send(`POST ${owner}/${strong.id}/roll`, { token, json: {} })
  expect(roll.body).toMatchObject({ code: 'missing_permission' })
  const json = { name: 'Robot', permissions: ['users:delete'] }
  expect((await world.send('POST /v1/admin/service-accounts', { token, json })).status).toBe(403)
  expect((await world.send(`PATCH /v1/admin/service-accounts/${id}`, { token, json })).status).toBe(403)
})

test('an organization’s keys and service accounts are its own: for its members by their role, and for no other', async () => {
  const [ours, theirs] = [await plantOrganization(world, staff.user.id), crypto.randomUUID()]
  const outsider = await registerAndLogIn(world, grace)
  const foreign = await plantOrganization(world, outsider.user.id)
  const keys = `/v1/organizations/${ours}/api-keys`
  const key = await makeKey(world, staff, { scopes: ['members:read', 'api-keys:read', 'invoices:read'] }, keys)
  const accounts = `/v1/organizations/${ours}/service-accounts`
  const robot = await makeAccount(world, staff, ['api-keys:read'], accounts)
  const robotKey = await makeKey(world, staff, { scopes: ['api-keys:read'] }, `${accounts}/${robot.id}/api-keys`)
  const { accessToken: token } = staff
  expect((await world.send(`GET ${keys}`, { token })).body).toMatchObject({ items: [{ id: key.id }] })
  expect((await world.send(`GET ${accounts}/${robot.id}/api-keys`, { token })).body).toMatchObject({
    items: [{ id: robotKey.id }],
  })
  const grant = await machineToken(world, { clientId: robot.id, key: robotKey.key })
  for (const machine of [key.key, robotKey.key, grant.access_token]) {
    expect((await world.send(`GET ${keys}`, { token: machine })).status).toBe(200)
    expect((await world.send(`DELETE ${keys}/${key.id}`, { token: machine })).status).toBe(403)
    for (const other of [foreign, theirs]) {
      expect((await world.send(`GET /v1/organizations/${other}/api-keys`, { token: machine })).status).toBe(404)
    }
    // What it may for one organization, it may not for the platform.
    expect((await world.send('GET /v1/admin/service-accounts', { token: machine })).status).toBe(404)
  }
  for (const [route, json] of [
    [`GET ${keys}`],
    [`GET ${keys}/${key.id}`],
    [`POST ${keys}`, { name: 'x', scopes: [] }],
    [`POST ${keys}/${key.id}/roll`, {}],
    [`DELETE ${keys}/${key.id}`],
    [`GET ${accounts}`],
    [`DELETE ${accounts}/${robot.id}`],
    [`GET /v1/organizations/${foreign}/api-keys/${key.id}`],
    [`DELETE /v1/organizations/${foreign}/api-keys/${key.id}`],
    [`GET /v1/organizations/${foreign}/service-accounts/${robot.id}`],
    [`POST /v1/organizations/${foreign}/service-accounts/${robot.id}/api-keys`, { name: 'x', scopes: [] }],
    [`DELETE /v1/organizations/${foreign}/service-accounts/${robot.id}/api-keys/${robotKey.id}`],
    [`GET /v1/api-keys/${key.id}`],
  ] as const) {
    const answer = await world.send(route, { token: outsider.accessToken, ...(json && { json }) })
    expect({ route, status: answer.status }).toEqual({ route, status: 404 })
  }
  expect((await verify(key.key)) as object).toMatchObject({
    owner: { kind: 'organization', id: ours },
    organizationId: ours,
    scopes: ['members:read', 'api-keys:read', 'invoices:read'],
  })
  await query(world, "update organization_member set role = 'member' where organization_id = $1", [ours])
  expect((await world.send(`GET ${keys}`, { token })).status).toBe(403)
})
