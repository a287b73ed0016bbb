import { expect, test } from 'bun:test'
import { pageOf } from '#core/pagination'
import { Session } from '#features/sessions/contract'
import type { World } from '../../platform'
import { askForReset, logInWith, mailedTemplates, mailOf } from '../accounts/mailed'
import { addTotp, logInWithTotp, nextStep, openProvedWorld } from '../authenticators/second-factors'
import { ada as adaAccount } from '../people'
import { again, call, hire, isNotThere, openStaffWorld, password, recorded } from './staff-people'

const open = async () => {
  const world = await openStaffWorld()
  return { world, ada: await hire(world, 'Boss', 'admin'), eve: await hire(world, 'Eve') }
}

const logIn = async (world: World, email: string) => (await logInWith(world, password, email)).status

const inSeconds = (world: World, seconds: number) =>
  new Date(world.clock.now().getTime() + seconds * 1000).toISOString()

/** Lets the queue's clock, which is the database's, come to every job. */
const workAll = async (world: World) => {
  await world.db.run(
    `update pgboss.job set start_after = pgboss.job_now() where name = 'lift-ban' and state < 'active'`,
    [],
    'objects',
  )
  await world.settle()
}

test('a ban ends sessions at once, shuts every door, and is lifted again', async () => {
  const { world, ada, eve } = await open()
  const reason = { reason: 'Sends spam.' }
  expect(await call(world, ada, `POST /v1/admin/users/${eve.id}/ban`, reason)).toMatchObject({
    status: 200,
    body: { banned: true, bannedUntil: null, banReason: 'Sends spam.', sessions: 0 },
  })
  expect((await world.send('GET /v1/me', { token: eve.token })).status).toBe(401)
  expect((await world.send('POST /v1/auth/refresh', { json: { refreshToken: eve.refreshToken } })).status).toBe(401)
  expect(await logIn(world, eve.email)).toBe(401)
  const mails = world.outbox.length
  await askForReset(world, eve.email)
  expect(world.outbox.length).toBe(mails)
  expect((await world.send(`GET /v1/users/${eve.id}`, { token: ada.token })).status).toBe(404)
  for (let time = 0; time < 2; time += 1) {
    expect((await call(world, ada, `DELETE /v1/admin/users/${eve.id}/ban`)).status).toBe(204)
  }
  expect(await logIn(world, eve.email)).toBe(200)
  expect((await world.send('GET /v1/me', { token: eve.token })).status).toBe(401)
  expect(await recorded(world, 'account.banned')).toMatchObject([
    { actor_id: ada.id, user_id: eve.id, data: { until: null } },
  ])
  expect(await recorded(world, 'account.unbanned')).toMatchObject([{ user_id: eve.id, data: { by: 'staff' } }])
})

test('a ban with an end is lifted then, and not before; another one since then stays', async () => {
  const { world, ada, eve } = await open()
  const banUntil = (seconds: number) =>
    call(world, ada, `POST /v1/admin/users/${eve.id}/ban`, { reason: 'Because.', until: inSeconds(world, seconds) })
  expect((await banUntil(3600)).body).toMatchObject({ bannedUntil: inSeconds(world, 3600) })
  const due = await world.db.run(
    `select round(extract(epoch from start_after - created_on))::integer as wait from pgboss.job where name = 'lift-ban'`,
    [],
    'objects',
  )
  expect(due).toEqual([{ wait: 3600 }])
  // The queue's clock is ahead of ours.
  await workAll(world)
  expect(await logIn(world, eve.email)).toBe(401)
  world.advance(200)
  await banUntil(7200)
  world.advance(3600)
  await workAll(world)
  expect(await logIn(world, eve.email)).toBe(401)
  world.advance(3600)
  await workAll(world)
  expect(await logIn(world, eve.email)).toBe(200)
  expect(await recorded(world, 'account.unbanned')).toMatchObject([{ user_id: eve.id, data: { by: 'time' } }])
})

test('an end in the past, no reason and oneself are refused', async () => {
  const { world, ada, eve } = await open()
  const route = `POST /v1/admin/users/${eve.id}/ban`
  const errors = [{ pointer: '/until', code: 'in_the_past' }]
  expect(await call(world, ada, route, { reason: 'Because.', until: inSeconds(world, 0) })).toMatchObject({
    status: 422,
    body: { errors },
  })
  expect((await call(world, ada, route, { reason: ' ' })).status).toBe(422)
  const own = await call(world, ada, `POST /v1/admin/users/${ada.id}/ban`, { reason: 'Because.' })
  expect(own).toMatchObject({ status: 409, body: { code: 'own_account' } })
  expect(
    await call(world, ada, `POST /v1/admin/users/${crypto.randomUUID()}/ban`, { reason: 'Because.' }),
  ).toMatchObject(isNotThere)
})

test('who is banned and closed stays banned when they take the closing back', async () => {
  const { world, ada, eve } = await open()
  await call(world, ada, `POST /v1/admin/users/${eve.id}/ban`, { reason: 'Because.' })
  expect((await call(world, ada, `DELETE /v1/admin/users/${eve.id}`)).status).toBe(202)
  const { token = '' } = mailOf(world, 'account-closed', eve.email).data
  expect((await world.send('POST /v1/auth/erasure/cancel', { json: { token } })).status).toBe(204)
  expect(await logIn(world, eve.email)).toBe(401)
  expect((await call(world, ada, `GET /v1/admin/users/${eve.id}`)).body).toMatchObject({ banned: true, closedAt: null })
})

test('staff end the lock that failed log-ins brought', async () => {
  const { world, ada, eve } = await open()
  for (let guess = 0; guess < 5; guess += 1) await logInWith(world, 'a wrong guess', eve.email)
  expect(await logIn(world, eve.email)).toBe(423)
  const seen = await call(world, ada, `GET /v1/admin/users/${eve.id}`)
  expect(seen.body).toMatchObject({ lockedUntil: inSeconds(world, 1800) })
  const support = await hire(world, 'Sue', 'support')
  expect((await call(world, support, `POST /v1/admin/users/${eve.id}/unlock`)).status).toBe(204)
  expect(await logIn(world, eve.email)).toBe(200)
  expect(await recorded(world, 'account.unlocked')).toMatchObject([{ actor_id: support.id, data: { by: 'staff' } }])
  expect(await call(world, support, `POST /v1/admin/users/${crypto.randomUUID()}/unlock`)).toMatchObject(isNotThere)
})

test('staff take away second factors, of which the person is told, and what is left lets them in', async () => {
  const { world, session } = await openProvedWorld({ MFA_REQUIRED_ROLES: ' ' })
  const { secret } = await addTotp(world, session)
  const boss = await hire(world, 'Boss', 'admin')
  nextStep(world)
  const { status } = await logInWithTotp(world, secret)
  expect(status).toBe(200)
  const route = `/v1/admin/users/${session.user.id}`
  expect((await call(world, boss, `GET ${route}`)).body).toMatchObject({ authenticators: 1, recoveryCodesLeft: 10 })
  expect((await call(world, boss, `POST ${route}/reset-factors`)).status).toBe(204)
  expect((await call(world, boss, `GET ${route}`)).body).toMatchObject({
    authenticators: 0,
    recoveryCodesLeft: null,
    sessions: 0,
  })
  expect(mailedTemplates(world)).toContain(`factors-reset → ${adaAccount.email}`)
  expect(mailOf(world, 'factors-reset').text).not.toContain('203.0.113.7')
  expect((await logInWith(world, adaAccount.password)).body).toMatchObject({ tokenType: 'Bearer' })
  expect(await recorded(world, 'authenticators.reset')).toMatchObject([
    { actor_id: boss.id, user_id: session.user.id, data: { count: 1 } },
  ])
})

test('staff see and end sessions of somebody, one or all', async () => {
  const { world, eve } = await open()
  const support = await hire(world, 'Sue', 'support')
  const second = await again(world, eve)
  const listed = await call(world, support, `GET /v1/admin/users/${eve.id}/sessions`)
  const ids = pageOf(Session)
    .parse(listed.body)
    .items.map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining([eve.sessionId, second.sessionId]))
  expect(ids.length).toBe(3)
  expect((await call(world, support, `DELETE /v1/admin/users/${eve.id}/sessions/${eve.sessionId}`)).status).toBe(204)
  expect((await world.send('GET /v1/me', { token: eve.token })).status).toBe(401)
  expect((await world.send('GET /v1/me', { token: second.token })).status).toBe(200)
  for (const id of [eve.sessionId, support.sessionId, crypto.randomUUID()]) {
    expect(await call(world, support, `DELETE /v1/admin/users/${eve.id}/sessions/${id}`)).toMatchObject(isNotThere)
  }
  expect((await call(world, support, `DELETE /v1/admin/users/${eve.id}/sessions`)).status).toBe(204)
  expect((await world.send('GET /v1/me', { token: second.token })).status).toBe(401)
  expect((await call(world, support, `GET /v1/admin/users/${eve.id}/sessions`)).body).toMatchObject({ items: [] })
  const ended = (await recorded(world, 'session.ended')).filter(({ data }) => data.reason === 'staff')
  expect(ended.map(({ data }) => data.count).toSorted()).toEqual([1, 2])
  expect(ended).toMatchObject(Array(2).fill({ actor_id: support.id, user_id: eve.id }))
  expect(await call(world, support, `GET /v1/admin/users/${crypto.randomUUID()}/sessions`)).toMatchObject(isNotThere)
})
