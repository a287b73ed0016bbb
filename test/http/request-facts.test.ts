import { expect, test } from 'bun:test'
import { sessionsOf } from '../features/answers'
import { ada, registerAndLogIn } from '../features/people'
import { address, openWorld } from '../platform'
import { userAgent } from '../platform/calls'

test('a well-formed request id is taken over, and any other is replaced', async () => {
  const { send } = await openWorld()
  const idFor = async (given: string) =>
    (await send('GET /health/live', { headers: { 'x-request-id': given } })).headers.get('x-request-id')
  for (const given of ['12345678', 'a.b_c:d-E9', 'x'.repeat(128)]) expect(await idFor(given)).toBe(given)
  for (const given of ['', 'short', 'x'.repeat(129), 'with spaces in it', '<script>alert(1)</script>', 'ünïcödé-id']) {
    expect(await idFor(given)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  }
})

test('a session keeps the address that the platform vouches for, and nothing that the caller says of it', async () => {
  const world = await openWorld()
  const headers = {
    'x-forwarded-for': '198.51.100.1',
    forwarded: 'for=198.51.100.1',
    'cf-connecting-ip': '198.51.100.1',
  }
  const { accessToken: token } = await registerAndLogIn(world)
  const json = { email: ada.email, password: ada.password }
  await world.send('POST /v1/auth/login', { json, headers })
  const sessions = sessionsOf(await world.send('GET /v1/sessions', { token }))
  expect(sessions.map(({ ipAddress }) => ipAddress)).toEqual([address, address])
  expect(sessions.map((session) => session.userAgent)).toEqual([userAgent, userAgent])
})

test('a very long user agent is cut, and a missing one is null', async () => {
  const world = await openWorld()
  const json = { email: ada.email, password: ada.password }
  const { accessToken: token } = await registerAndLogIn(world)
  await world.send('POST /v1/auth/login', { json, headers: { 'user-agent': 'x'.repeat(5000) } })
  const lengths = sessionsOf(await world.send('GET /v1/sessions', { token })).map(
    (session) => session.userAgent?.length,
  )
  expect(lengths.toSorted()).toEqual([userAgent.length, 512])
})

test('a platform that knows no address serves all the same', async () => {
  const world = await openWorld()
  const instance = world.startAnother({}, { remoteAddress: () => undefined })
  const { accessToken: token } = await registerAndLogIn(instance)
  expect(sessionsOf(await instance.send('GET /v1/sessions', { token }))).toMatchObject([{ ipAddress: null }])
})
