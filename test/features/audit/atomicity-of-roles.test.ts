import { expect, test } from 'bun:test'
import type { World } from '../../platform'
import type { Answer } from '../../platform/calls'
import { give, hire, makeRole, openStaffWorld, type Somebody, take } from '../admin/staff'
import { everything, startColliding } from './colliding'

type Change = (world: World, admin: Somebody, person: Somebody) => Promise<Answer>

const changes: [string, Change][] = [
  ['made', (world, admin) => makeRole(world, admin, 'desk', [])],
  [
    'changed',
    (world, { token }) => world.send('PATCH /v1/admin/roles/held', { token, json: { permissions: ['users:read'] } }),
  ],
  ['deleted', (world, { token }) => world.send('DELETE /v1/admin/roles/held', { token })],
  ['given', (world, admin, person) => give(world, admin, person, 'support')],
  [
    'given an end',
    (world, admin, person) => give(world, admin, person, 'held', { expiresAt: '2099-01-01T00:00:00.000Z' }),
  ],
  ['taken', (world, admin, person) => take(world, admin, person, 'held')],
]

test.each(changes)('a role that is %s, and can’t be recorded, is as it was', async (_, change) => {
  const world = await openStaffWorld()
  const admin = await hire(world, 'admin', ['admin'])
  await makeRole(world, admin, 'held', ['users:impersonate'])
  const person = await hire(world, 'person', ['held'])
  await world.settle()
  const { colliding, isUsed } = await startColliding(world)
  const before = await everything(world)
  expect((await change(colliding, admin, person)).status).toBe(500)
  expect(isUsed()).toBe(true)
  expect(await everything(world)).toEqual(before)
})
