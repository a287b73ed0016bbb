import { expect, test } from 'bun:test'
import { pageOf } from '#core/pagination'
import { Session, TokenSet } from '#features/sessions/contract'
import { mailedTemplates, mailOf } from '../accounts/mailed'
import { activityOf } from '../profiles/activities'
import { actAs, impersonate, openActing, reason, refresh, see } from './acting'
import { call, hire, isAbove, isNotThere, makeRole, mayNot, recorded } from './staff-people'

const claimsIn = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

const isRefused = { status: 403, body: { code: 'impersonation_refused' } }

test('tokens of an impersonation say who acts, end in time, and the person is told and sees it', async () => {
  const { world, ada, eve } = await openActing()
  const tokens = await actAs(world, ada, eve.id, { reason, durationSeconds: 300 })
  expect(tokens).toMatchObject({ expiresIn: 300, refreshExpiresIn: 300, user: { id: eve.id } })
  expect(claimsIn(tokens.accessToken)).toMatchObject({ sub: eve.id, act: { sub: ada.id }, acr: 'aal1', roles: [] })
  expect((await world.send('GET /v1/me', { token: tokens.accessToken })).body).toMatchObject({ id: eve.id })
  expect(mailedTemplates(world)).toContain(`impersonated → ${eve.email}`)
  expect(mailedTemplates(world)).not.toContain(`new-device → ${eve.email}`)
  expect(mailOf(world, 'impersonated').text).toContain(reason)
  expect(mailOf(world, 'impersonated').text).not.toContain('203.0.113.7')
  const sessions = pageOf(Session).parse((await world.send('GET /v1/sessions', { token: eve.token })).body).items
  expect(sessions.filter(({ impersonated }) => impersonated)).toMatchObject([
    { id: tokens.sessionId, ipAddress: null, userAgent: null },
  ])
  const { items } = await activityOf(world, eve.token, '?type=impersonated')
  expect(items).toMatchObject([{ details: { reason }, ipAddress: null, device: null }])
  const listed = await call(world, ada, 'GET /v1/admin/impersonations')
  expect(listed.body).toMatchObject({
    items: [
      { sessionId: tokens.sessionId, user: { id: eve.id }, impersonator: { id: ada.id, email: ada.email }, reason },
    ],
    nextCursor: null,
  })
  world.advance(200)
  const next = TokenSet.parse((await refresh(world, tokens)).body)
  expect(next).toMatchObject({ expiresIn: 100, refreshExpiresIn: 100 })
  expect(claimsIn(next.accessToken)).toMatchObject({ act: { sub: ada.id } })
  world.advance(100)
  expect((await refresh(world, next)).status).toBe(401)
  expect(await see(world, next)).toBe(401)
})

test('what is done in it names who did it', async () => {
  const { world, ada, eve } = await openActing()
  const { accessToken: token } = await actAs(world, ada, eve.id)
  expect((await world.send('PATCH /v1/me', { token, json: { name: 'Eva' } })).status).toBe(200)
  expect(await recorded(world, 'profile.updated')).toMatchObject([{ actor_id: ada.id, user_id: eve.id }])
  expect((await world.send('POST /v1/auth/logout', { token })).status).toBe(204)
  const ended = await recorded(world, 'session.ended')
  expect(ended.filter(({ data }) => data.reason === 'logout')).toMatchObject([{ actor_id: ada.id, user_id: eve.id }])
  expect(await see(world, { accessToken: token })).toBe(401)
  expect(await see(world, { accessToken: ada.token })).toBe(200)
})

test('nobody acts as who may as much, or more, nor as themselves; it is recorded', async () => {
  const { world, ada } = await openActing()
  const other = await hire(world, 'Second', 'admin')
  await makeRole(world, 'actor', ['users:impersonate', 'users:read'])
  await makeRole(world, 'reader', ['users:read', 'statistics:read'])
  await makeRole(world, 'looker', ['users:read'])
  const [ann, rod, lou, peer] = [
    await hire(world, 'Ann', 'actor'),
    await hire(world, 'Rod', 'reader'),
    await hire(world, 'Lou', 'looker'),
    await hire(world, 'Peer', 'actor'),
  ]
  for (const { id } of [ada, ann, rod, peer]) expect(await impersonate(world, ann, id)).toMatchObject(isAbove)
  expect(await impersonate(world, ada, other.id)).toMatchObject(isAbove)
  expect(await impersonate(world, lou, ann.id)).toMatchObject(mayNot)
  const refused = await recorded(world, 'impersonation.refused')
  const seen = refused.map(({ actor_id, user_id, data }) => `${actor_id} ${user_id} ${data.reason}`)
  expect(seen.toSorted()).toEqual(
    [
      ...[ada, ann, rod, peer].map(({ id }) => `${ann.id} ${id} not_above`),
      `${ada.id} ${other.id} not_above`,
    ].toSorted(),
  )
  expect((await actAs(world, ann, lou.id)).user.id).toBe(lou.id)
  expect(await impersonate(world, ada, crypto.randomUUID())).toMatchObject(isNotThere)
})

test('who acts as somebody acts as nobody else, and is none of the staff meanwhile', async () => {
  const { world, ada, eve } = await openActing()
  const sue = await hire(world, 'Sue', 'support')
  const fred = await hire(world, 'Fred')
  const { accessToken: token } = await actAs(world, ada, sue.id)
  expect(claimsIn(token).permissions).toContain('users:read')
  expect(await impersonate(world, { ...sue, token }, fred.id)).toMatchObject(isRefused)
  expect(await recorded(world, 'impersonation.refused')).toMatchObject([
    { actor_id: ada.id, user_id: fred.id, data: { reason: 'chain' } },
  ])
  for (const route of ['GET /v1/admin/users', `GET /v1/admin/users/${eve.id}`, 'GET /v1/admin/impersonations']) {
    expect(await world.send(route, { token })).toMatchObject(isRefused)
  }
  for (const route of [`POST /v1/admin/users/${eve.id}/unlock`, `DELETE /v1/admin/users/${eve.id}/sessions`]) {
    expect(await world.send(route, { token })).toMatchObject(isRefused)
  }
})

test('it needs a reason and an end that is near', async () => {
  const { world, ada, eve } = await openActing()
  const refused = [
    {},
    { reason: 'short' },
    { reason: ' '.repeat(20) },
    { reason: 'x'.repeat(501) },
    { reason, durationSeconds: 59 },
    { reason, durationSeconds: 3601 },
    { reason, durationSeconds: '900' },
    { reason, transport: 'cookie' },
  ]
  for (const json of refused) expect((await impersonate(world, ada, eve.id, json)).status).toBe(422)
})

test('who is banned or closed is no one to act as', async () => {
  const { world, ada, eve } = await openActing()
  await call(world, ada, `POST /v1/admin/users/${eve.id}/ban`, { reason: 'Because.' })
  expect(await impersonate(world, ada, eve.id)).toMatchObject({ status: 409, body: { code: 'account_not_open' } })
  expect(await recorded(world, 'impersonation.refused')).toMatchObject([{ data: { reason: 'closed' } }])
})
