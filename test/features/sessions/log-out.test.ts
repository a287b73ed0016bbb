import { expect, test } from 'bun:test'
import { rotateSigningKey } from '#features/sessions/rotate-signing-key'
import { openWorld, type World } from '../../platform'
import { eventsOf } from '../audit/events'
import { logIn, registerAndLogIn } from '../people'
import { currentKey, decodeToken, signToken } from './forge'

const refreshStatus = async (world: World, { refreshToken }: { refreshToken: string }) =>
  (await world.send('POST /v1/auth/refresh', { json: { refreshToken } })).status

test('a log-out with an access token that has expired ends its session', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  world.advance(3 * 24 * 3600)
  expect((await world.send('GET /v1/me', { token: tokens.accessToken })).status).toBe(401)
  expect((await world.send('POST /v1/auth/logout', { token: tokens.accessToken })).status).toBe(204)
  expect(await refreshStatus(world, tokens)).toBe(401)
})

test('a log-out ends the one session, for its access token at once, and records it once', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  const other = await logIn(world)
  const events = await eventsOf(world, async () => {
    for (const _ of [1, 2, 3]) {
      expect((await world.send('POST /v1/auth/logout', { token: tokens.accessToken })).status).toBe(204)
    }
  })
  expect(events).toMatchObject([{ type: 'session.ended', sessionId: tokens.sessionId, data: { reason: 'logout' } }])
  expect((await world.send('GET /v1/me', { token: tokens.accessToken })).status).toBe(401)
  expect(await refreshStatus(world, tokens)).toBe(401)
  expect((await world.send('GET /v1/me', { token: other.accessToken })).status).toBe(200)
})

test('a log-out accepts no forgery: only the expiry of a token is forgiven', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  const { header, claims } = decodeToken(tokens.accessToken)
  const key = await currentKey(world)
  const forgeries = [
    await signToken(key, header, { ...claims, aud: 'https://api.example.com' }),
    await signToken(key, header, { ...claims, iss: 'https://evil.example' }),
    await signToken(key, { ...header, typ: 'JWT' }, claims),
    await signToken(key, header, { ...claims, exp: undefined }),
    await signToken(key, header, { ...claims, sub: world.platform.ids.next() }),
    `${tokens.accessToken.slice(0, -4)}AAAA`,
    'garbage',
  ]
  world.advance(3600)
  for (const token of forgeries) expect((await world.send('POST /v1/auth/logout', { token })).status).toBe(204)
  expect(await refreshStatus(world, tokens)).toBe(200)
})

test('a log-out without a token changes nothing', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  expect(await eventsOf(world, () => world.send('POST /v1/auth/logout'))).toEqual([])
  expect(await refreshStatus(world, tokens)).toBe(200)
})

test('a log-out with the token of a key that is published no more still ends the session', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  await rotateSigningKey(world.contextOf({ kind: 'system', job: 'rotate' }))
  world.advance(24 * 3600)
  await world.send('POST /v1/auth/logout', { token: tokens.accessToken })
  expect(await refreshStatus(world, tokens)).toBe(401)
})
