import { expect, test } from 'bun:test'
import { noMeter } from '#core/telemetry'
import { createTracer, type FinishedSpan } from '#platform/tracer'
import { ada, registerAndLogIn } from '../features/people'
import { address, openWorld, type World } from '../platform'

/** A world in which everything is traced. */
const openTraced = async (settings: Record<string, string> = {}) => {
  const world = await openWorld(settings)
  const spans: FinishedSpan[] = []
  const { clock, random } = world
  let now = 0
  const elapsed = () => {
    now += 1
    return now
  }
  const config = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 1 } as const
  const tracer = createTracer({ config, clock, random, elapsed, take: (finished) => spans.push(...finished) })
  const trace = (parts: Partial<World['platform']> = {}) =>
    world.startAnother({}, { telemetry: { meter: noMeter, tracer, elapsed }, ...parts })
  return { world, traced: trace(), trace, spans }
}

const nameOf = (spans: FinishedSpan[], { parentId }: FinishedSpan) => spans.find(({ id }) => id === parentId)?.name

const tree = (spans: FinishedSpan[]) => spans.map((span) => [nameOf(spans, span) ?? null, span.name])

test('a request is a span, its use case one in it, and what that asks of others are parts of the use case', async () => {
  const { traced, spans } = await openTraced()
  const json = { email: ada.email, password: ada.password }
  const { headers } = await traced.send('POST /v1/auth/register', { json })
  const [root, ...others] = spans
  expect(root).toMatchObject({ name: 'POST /v1/auth/register', kind: 'server', parentId: null, failed: false })
  expect(root?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/v1/auth/register',
    'http.response.status_code': 201,
    'postern.request.id': headers.get('x-request-id') ?? '',
  })
  expect(tree(spans)).toContainEqual(['POST /v1/auth/register', 'postAuthRegister'])
  expect(tree(spans)).toContainEqual(['postAuthRegister', 'hash hash'])
  const statements = others.filter(({ kind }) => kind === 'client')
  expect(statements.length).toBeGreaterThan(0)
  for (const { name, attributes } of statements) {
    expect(attributes).toEqual({ 'db.system.name': 'postgresql', 'db.query.summary': name })
  }
})

test('nothing of a request is told but its route: no address, no value, no parameter', async () => {
  const { traced, spans } = await openTraced()
  const { accessToken: token } = await registerAndLogIn(traced)
  await traced.send(`DELETE /v1/sessions/${traced.platform.ids.next()}?code=secret-code`, { token })
  await traced.send('GET /v1/nothing/secret-path', { headers: { baggage: 'a=secret-baggage' } })
  await traced.settle()
  const told = JSON.stringify(spans)
  for (const secret of ['secret-', token, ada.email, ada.password, address, '$argon2', 'Lutetia']) {
    expect(told).not.toContain(secret)
  }
})

test('a refusal is named, and is no failure; what is unexpected is one', async () => {
  const { traced, trace, spans } = await openTraced()
  await traced.send('GET /v1/me')
  expect(spans[0]).toMatchObject({ failed: false, attributes: { 'error.type': 'unauthenticated' } })
  await traced.send('GET /v1/nowhere')
  expect(spans.at(-1)).toMatchObject({ name: 'GET', attributes: { 'error.type': 'not_found' } })
  expect(spans.at(-1)?.attributes['http.route']).toBeUndefined()
  spans.length = 0
  const hash = async () => Promise.reject(new Error('secret-fault'))
  const broken = trace({ passwords: { ...traced.platform.passwords, hash } })
  await broken.send('POST /v1/auth/register', { json: { email: ada.email, password: ada.password } })
  expect(spans.filter(({ failed }) => failed).map(({ name }) => name)).toEqual([
    'POST /v1/auth/register',
    'hash hash',
    'postAuthRegister',
  ])
  expect(JSON.stringify(spans)).not.toContain('secret-')
})

test('a method that nobody knows names no span', async () => {
  const { traced, spans } = await openTraced()
  await traced.send('PROPFIND /v1/me')
  expect(spans).toMatchObject([{ name: 'HTTP', attributes: { 'http.request.method': '_OTHER' } }])
})

test('a job is part of the request that caused it', async () => {
  const { traced, spans } = await openTraced()
  await traced.send('POST /v1/auth/register', { json: { email: ada.email, password: ada.password } })
  await traced.settle()
  const job = spans.find(({ name }) => name === 'process send-registration-mail')
  expect(job).toMatchObject({ kind: 'consumer', traceId: spans[0]?.traceId ?? '', parentId: spans[0]?.id ?? '' })
  expect(job?.attributes).toMatchObject({
    'messaging.destination.name': 'send-registration-mail',
    'postern.job.try': 1,
  })
  expect(tree(spans)).toContainEqual(['process send-registration-mail', 'mail send'])
})
