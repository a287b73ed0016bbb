import { expect, test } from 'bun:test'
import { makeRefreshToken, readRefreshToken } from '#features/sessions/refresh-token'
import { openWorld } from '../../platform'
import { listEvents } from '../audit/events'
import { logIn, refresh, registerAndLogIn } from '../people'

const old = 'the secret that is about to be replaced'
const fresh = 'the secret that takes its place from now'
const rotated = { SECRET: `${fresh},${old}` }

test('refresh tokens of the old version of SECRET still refresh, and their successors are of the new one', async () => {
  const world = await openWorld({ SECRET: old })
  const tokens = await registerAndLogIn(world)
  const instance = world.startAnother(rotated)
  const next = await refresh(instance, tokens)
  const newOnly = world.startAnother({ SECRET: fresh }).contextOf({ kind: 'anonymous' })
  expect(await readRefreshToken(newOnly, next.refreshToken)).toEqual({ sessionId: tokens.sessionId, counter: 1 })
})

test('signing keys that the old version of SECRET sealed still open, and access tokens stay valid', async () => {
  const world = await openWorld({ SECRET: old })
  const before = await registerAndLogIn(world)
  const instance = world.startAnother(rotated)
  expect((await instance.send('GET /v1/me', { token: before.accessToken })).status).toBe(200)
  const after = await logIn(instance)
  expect((await world.send('GET /v1/me', { token: after.accessToken })).status).toBe(200)
})

test('once the old version of SECRET is removed, its refresh tokens are refused and the session stays', async () => {
  const world = await openWorld({ SECRET: old })
  const tokens = await registerAndLogIn(world)
  const answer = await world.startAnother({ SECRET: fresh }).send('POST /v1/auth/refresh', {
    json: { refreshToken: tokens.refreshToken },
  })
  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } })
  expect(await world.send('POST /v1/auth/refresh', { json: { refreshToken: tokens.refreshToken } })).toMatchObject({
    status: 200,
  })
})

test('instances that know both versions in either order accept each other’s refresh tokens', async () => {
  const world = await openWorld({ SECRET: `${old},${fresh}` })
  const other = world.startAnother(rotated).contextOf({ kind: 'anonymous' })
  const here = world.contextOf({ kind: 'anonymous' })
  const claims = { sessionId: world.platform.ids.next(), counter: 3 }
  expect(await readRefreshToken(other, await makeRefreshToken(here, claims))).toEqual(claims)
  expect(await readRefreshToken(here, await makeRefreshToken(other, claims))).toEqual(claims)
})

test('after instances with both versions have run, the old version of SECRET can be removed', async () => {
  const world = await openWorld({ SECRET: old })
  await registerAndLogIn(world)
  const instance = world.startAnother(rotated)
  const tokens = await logIn(instance)
  await instance.settle()
  expect((await listEvents(world)).filter(({ type }) => type === 'signing_key.resealed')).toMatchObject([
    { userId: null, data: { generation: 1 } },
  ])
  const newOnly = world.startAnother({ SECRET: fresh })
  expect((await newOnly.send('GET /v1/me', { token: tokens.accessToken })).status).toBe(200)
  expect((await newOnly.send('POST /v1/auth/refresh', { json: { refreshToken: tokens.refreshToken } })).status).toBe(
    200,
  )
})
