import { expect, test } from 'bun:test'
import { systemRoles } from '#core/permissions'
import { revokeRole } from '#features/admin/revoke-role'
import type { TokenSet } from '#features/sessions/contract'
import type { World } from '../../platform'
import { actAs, openActing, refresh, see } from './acting'
import { again, call, hire, isNotThere, isOver, mayNot, operator, recorded, type Somebody } from './staff-people'

/** Each way in which an impersonation by Ada ends at once. */
const ends: Record<
  string,
  (world: World, people: { ada: Somebody; eve: Somebody; tokens: TokenSet }) => Promise<unknown>
> = {
  'its own log-out': (world, { tokens }) => world.send('POST /v1/auth/logout', { token: tokens.accessToken }),
  'the log-out of who acts': (world, { ada }) => world.send('POST /v1/auth/logout', { token: ada.token }),
  'the person, among their sessions': (world, { eve, tokens }) =>
    world.send(`DELETE /v1/sessions/${tokens.sessionId}`, { token: eve.token }),
  'the loss of the role': (world, { ada }) => revokeRole(operator(world), ada.email, 'admin'),
  'the end of the role': (world) =>
    world.db.run('update role_assignment set expires_at = $1', [world.clock.now()], 'objects'),
  'a ban of who acts': (world, { ada }) =>
    world.db.run('update "user" set banned_at = $1 where id = $2', [world.clock.now(), ada.id], 'objects'),
  'a ban of the person': (world, { ada, eve }) =>
    call(world, ada, `POST /v1/admin/users/${eve.id}/ban`, { reason: 'Because.' }),
  'the end of the session of who acts': (world, { ada }) =>
    world.db.run('update session set expires_at = $1 where id = $2', [world.clock.now(), ada.sessionId], 'objects'),
}

for (const [what, end] of Object.entries(ends)) {
  test(`it ends at once by ${what}`, async () => {
    const { world, ada, eve } = await openActing()
    const tokens = await actAs(world, ada, eve.id)
    expect(await see(world, tokens)).toBe(200)
    await end(world, { ada, eve, tokens })
    expect(await world.send('GET /v1/me', { token: tokens.accessToken })).toMatchObject(isOver)
    expect((await refresh(world, tokens)).status).toBe(401)
    const other = await hire(world, 'Other', 'admin')
    expect((await call(world, other, 'GET /v1/admin/impersonations')).body).toMatchObject({ items: [] })
    const seen = await call(world, other, `GET /v1/admin/users/${eve.id}/sessions`)
    expect(seen.text).not.toContain(tokens.sessionId)
  })
}

test('another of the staff ends it too, once', async () => {
  const { world, ada, eve } = await openActing()
  const tokens = await actAs(world, ada, eve.id)
  const other = await hire(world, 'Other', 'admin')
  const route = `DELETE /v1/admin/impersonations/${tokens.sessionId}`
  expect(await call(world, await hire(world, 'Sue', 'support'), route)).toMatchObject(mayNot)
  expect((await call(world, other, route)).status).toBe(204)
  expect(await call(world, other, route)).toMatchObject(isNotThere)
  expect(await call(world, other, `DELETE /v1/admin/impersonations/${eve.sessionId}`)).toMatchObject(isNotThere)
  expect(await see(world, tokens)).toBe(401)
  expect(await see(world, { accessToken: eve.token })).toBe(200)
  const ended = await recorded(world, 'session.ended')
  expect(ended.filter(({ data }) => data.reason === 'impersonation_ended')).toMatchObject([
    { actor_id: other.id, user_id: eve.id, data: { count: 1 } },
  ])
})

test('the database and the code agree which role of the code lets one act as others', async () => {
  const { world, eve } = await openActing()
  for (const role of Object.keys(systemRoles)) {
    const [holder] = [await hire(world, `Holder-${role}`, role)]
    const [row] = await world.db.run(
      'select impersonation_stands($1, $2, $3) as stands',
      [holder.id, holder.sessionId, world.clock.now()],
      'objects',
    )
    expect({ role, stands: Object(row).stands }).toEqual({
      role,
      stands: systemRoles[role]?.includes('users:impersonate') ?? false,
    })
  }
  expect((await again(world, eve)).id).toBe(eve.id)
})
