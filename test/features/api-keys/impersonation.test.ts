import { expect, test } from 'bun:test'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { grace, logIn, refresh, registerAndLogIn } from '../people'
import { makeKey, openKeyedWorld, query, registerStaff } from './keyed-world'

const actAs = (world: World, staff: TokenSet, { sessionId }: TokenSet) =>
  query(world, 'update session set impersonator_id = $1, impersonator_session_id = $2 where id = $3', [
    staff.user.id,
    staff.sessionId,
    sessionId,
  ])

test('whoever acts as somebody sees their keys, and makes, changes and revokes none', async () => {
  const world = await openKeyedWorld()
  const staff = await registerStaff(world)
  const owner = await registerAndLogIn(world, grace)
  const { id } = await makeKey(world, owner)
  const acting = await logIn(world, grace)
  await actAs(world, staff, acting)
  const { accessToken: token } = await refresh(world, acting)
  expect((await world.send('GET /v1/api-keys', { token })).body).toMatchObject({ items: [{ id }] })
  for (const [route, json] of [
    ['POST /v1/api-keys', { name: 'Mine', scopes: [] }],
    [`PATCH /v1/api-keys/${id}`, { name: 'Mine' }],
    [`POST /v1/api-keys/${id}/roll`, {}],
    [`DELETE /v1/api-keys/${id}`, undefined],
  ] as const) {
    const answer = await world.send(route, { token, ...(json && { json }) })
    expect(answer).toMatchObject({ status: 403, body: { code: 'impersonation_refused' } })
  }
})

test('staff who act as other staff are no staff', async () => {
  const world = await openKeyedWorld()
  const staff = await registerStaff(world)
  await registerStaff(world, grace, 'auditor')
  const acting = await logIn(world, grace)
  await actAs(world, staff, acting)
  const { accessToken: token } = await refresh(world, acting)
  const answer = await world.send('GET /v1/admin/service-accounts', { token })
  expect(answer).toMatchObject({ status: 403, body: { code: 'impersonation_refused' } })
})
