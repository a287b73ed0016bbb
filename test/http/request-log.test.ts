import { expect, test } from 'bun:test'
import { registerAndLogIn } from '../features/people'
import { openWorld } from '../platform'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'

test('each request leaves one event, which says who asked for what and what came of it', async () => {
  const world = await openWorld()
  const { accessToken: token, user } = await registerAndLogIn(world)
  world.logs.length = 0
  const headers = { 'x-request-id': 'request-1', traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
  await world.send('GET /v1/me', { token, headers })
  expect(world.logs).toEqual([
    {
      level: 'info',
      message: 'request',
      requestId: 'request-1',
      traceId,
      method: 'GET',
      route: '/v1/me',
      status: 200,
      durationMs: 0,
      waits: 1,
      statements: 1,
      actor: 'user',
      userId: user.id,
      problem: undefined,
      cause: undefined,
    },
  ])
})

test('an event names the route’s template and the problem, never the path that was asked for', async () => {
  const world = await openWorld()
  const { accessToken: token } = await registerAndLogIn(world)
  world.logs.length = 0
  const id = world.platform.ids.next()
  await world.send(`DELETE /v1/sessions/${id}?q=${id}`, { token })
  await world.send(`GET /v1/nothing/${id}`)
  await world.send('POST /v1/auth/refresh', { json: { refreshToken: id } })
  expect(world.logs).toMatchObject([
    { status: 404, problem: 'not_found' },
    { status: 404, problem: 'not_found' },
    { status: 401, problem: 'invalid_refresh_token', route: '/v1/auth/refresh' },
  ])
  expect(JSON.stringify(world.logs)).not.toContain(id)
})

test('a trace that is not well-formed is not taken over', async () => {
  const world = await openWorld()
  const bad = [
    '',
    'x',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}`,
  ]
  for (const traceparent of bad) await world.send('GET /health/live', { headers: { traceparent } })
  expect(world.logs.map((event) => event.traceId)).toEqual(bad.map(() => undefined))
})

test('how long an answer took is told to callers in development only', async () => {
  const world = await openWorld()
  const timing = async (ENVIRONMENT: string) =>
    (await world.startAnother({ ENVIRONMENT }).send('GET /health/live')).headers.get('server-timing')
  expect(await timing('development')).toBe('total;dur=0')
  expect(await timing('test')).toBeNull()
})
