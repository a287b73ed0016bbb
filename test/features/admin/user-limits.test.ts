import { expect, test } from 'bun:test'
import { mailOf } from '../accounts/mailed'
import { again, call, hire, isAbove, makeRole, openStaffWorld, recorded } from './staff-people'

const open = async () => {
  const world = await openStaffWorld()
  return { world, ada: await hire(world, 'Ada', 'admin'), eve: await hire(world, 'Eve') }
}

test('nobody changes, signs out, bans, resets or deletes who may do what they may not', async () => {
  const { world, ada, eve } = await open()
  await makeRole(world, 'deputy', [
    'users:read',
    'users:update',
    'users:ban',
    'users:sign-out',
    'users:delete',
    'users:reset-factors',
  ])
  await makeRole(world, 'biller', ['statistics:read'])
  const [dan, bob] = [await hire(world, 'Dan', 'deputy'), await hire(world, 'Bob', 'biller')]
  const other = await hire(world, 'Dora', 'deputy')
  const acts = (id: string): [string, object?][] => [
    [`PATCH /v1/admin/users/${id}`, { name: 'Changed' }],
    [`POST /v1/admin/users/${id}/ban`, { reason: 'Because.' }],
    [`DELETE /v1/admin/users/${id}/ban`],
    [`POST /v1/admin/users/${id}/reset-factors`],
    [`DELETE /v1/admin/users/${id}/sessions`],
    [`DELETE /v1/admin/users/${id}/sessions/${crypto.randomUUID()}`],
    [`DELETE /v1/admin/users/${id}`],
  ]
  for (const { id } of [ada, bob]) {
    for (const [route, json] of acts(id)) expect(await call(world, dan, route, json)).toMatchObject(isAbove)
  }
  const refused = await recorded(world, 'access.refused')
  expect(refused.length).toBe(2 * acts('').length)
  expect(refused.filter(({ user_id, data }) => user_id === ada.id && data.permission === 'users:ban')).toMatchObject([
    { actor_id: dan.id },
    { actor_id: dan.id },
  ])
  // An equal is not above, and who may nothing never is.
  expect((await call(world, dan, `PATCH /v1/admin/users/${other.id}`, { name: 'Changed' })).status).toBe(200)
  expect((await call(world, dan, `DELETE /v1/admin/users/${eve.id}`)).status).toBe(202)
  expect((await again(world, ada)).id).toBe(ada.id)
})

test('a deletion closes the account with its grace, by whomever; its owner can take it back', async () => {
  const { world, ada, eve } = await open()
  const deleted = await call(world, ada, `DELETE /v1/admin/users/${eve.id}`)
  expect(deleted).toMatchObject({ status: 202, body: { erasure: { state: 'waiting' } } })
  expect((await world.send('GET /v1/me', { token: eve.token })).status).toBe(401)
  expect(await call(world, ada, `DELETE /v1/admin/users/${eve.id}`)).toMatchObject({
    status: 409,
    body: { code: 'account_not_open' },
  })
  expect(await call(world, ada, `DELETE /v1/admin/users/${ada.id}`)).toMatchObject({
    status: 409,
    body: { code: 'own_account' },
  })
  const { token = '' } = mailOf(world, 'account-closed', eve.email).data
  expect((await world.send('POST /v1/auth/erasure/cancel', { json: { token } })).status).toBe(204)
  expect((await again(world, eve)).id).toBe(eve.id)
})

test('what can’t be undone wants to be shown again who one is', async () => {
  const { world, ada, eve } = await open()
  world.advance(301)
  const stale = { status: 401, body: { code: 'insufficient_user_authentication', maxAge: 300 } }
  const fresh: [string, object?][] = [
    [`POST /v1/admin/users/${eve.id}/ban`, { reason: 'Because.' }],
    [`POST /v1/admin/users/${eve.id}/reset-factors`],
    [`POST /v1/admin/users/${eve.id}/impersonate`, { reason: 'A good reason.' }],
    [`DELETE /v1/admin/users/${eve.id}`],
  ]
  for (const [route, json] of fresh) expect(await call(world, ada, route, json)).toMatchObject(stale)
  expect((await call(world, ada, `PATCH /v1/admin/users/${eve.id}`, { name: 'Eva' })).status).toBe(200)
  expect((await call(world, ada, `GET /v1/admin/users/${eve.id}`)).status).toBe(200)
})
