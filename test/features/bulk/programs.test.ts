import { expect, test } from 'bun:test'
import { makeMachineKey, openKeyedWorld, registerStaff } from '../api-keys/keyed-world'
import { lines, sendFile } from './operators'

const permissions = ['users:import', 'users:export', 'users:update', 'users:delete']

test('a program asks for no operation, whatever its key says: one of nobody would be the operator’s', async () => {
  const world = await openKeyedWorld()
  const staff = await registerStaff(world)
  const { key } = await makeMachineKey(world, staff, permissions)
  const isRefused = { status: 403, body: { code: 'missing_permission' } }
  expect(await sendFile(world, key, lines({ email: 'one@example.com' }))).toMatchObject(isRefused)
  for (const [path, json] of [
    ['exports', { format: 'csv' }],
    ['users/bulk', { action: 'update', ids: [staff.user.id], changes: { name: null } }],
    ['users/bulk', { action: 'delete', ids: [staff.user.id] }],
  ] as const) {
    expect(await world.send(`POST /v1/admin/${path}`, { token: key, json })).toMatchObject(isRefused)
  }
  expect(await world.db.run('select 1 from bulk_operation', [], 'objects')).toEqual([])
})
