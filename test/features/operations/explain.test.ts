import { expect, test } from 'bun:test'
import { deleteOldRefusals } from '#features/operations/delete-old-refusals'
import { explainToOperator } from '#features/operations/explain-to-operator'
import type { Explanation } from '#features/operations/explanation-contract'
import type { World } from '../../platform'
import type { Call } from '../../platform/calls'
import { call, hire, isNotThere, makeRole, mayNot, openStaffWorld, type Somebody } from '../admin/staff-people'

const secret = 'hunter2-and-nothing-else'

const open = async (settings = {}) => {
  const world = await openStaffWorld(settings)
  return { world, sue: await hire(world, 'Sue', 'support'), eve: await hire(world, 'Eve') }
}

/** Sends what is to be refused, and gives the id of that request. */
const beRefused = async (world: World, route: string, sent: Call, status: number): Promise<string> => {
  const answer = await world.send(route, sent)
  expect(answer.status).toBe(status)
  await world.settle()
  return answer.headers.get('x-request-id') ?? ''
}

const explain = async (world: World, by: Somebody, requestId: string) => {
  const answer = await call(world, by, `GET /v1/admin/explain/${requestId}`)
  expect(answer.status).toBe(200)
  return answer.body as Explanation
}

const whyRefused = async (world: World, by: Somebody, route: string, sent: Call, status: number) =>
  (await explain(world, by, await beRefused(world, route, sent, status))).refusals

test('a limit is named with its numbers and without whom it counted', async () => {
  const { world, sue } = await open()
  const limited = world.startAnother({ RATE_LIMITS: 'on', RATE_LIMIT_OVERRIDES: 'address=1/60' })
  await limited.send('GET /v1/me')
  const requestId = await beRefused(limited, 'GET /v1/me', {}, 429)
  const { refusals } = await explain(world, sue, requestId)
  expect(refusals).toEqual([
    {
      occurredAt: world.clock.now().toISOString(),
      method: 'GET',
      route: '/v1/me',
      status: 429,
      problem: { code: 'rate_limited', title: 'Too many requests. Try again later.' },
      check: { check: 'limit', limit: 'address', most: 1, windowSeconds: 60, resetSeconds: 60 },
      rejected: null,
      outages: [],
      caller: { kind: 'anonymous', userId: null },
      traceId: null,
    },
  ])
})

test('a permission is named, with who lacked it and what the record says', async () => {
  const { world, sue } = await open()
  const requestId = await beRefused(world, 'GET /v1/admin/statistics', { token: sue.token }, 403)
  const { refusals, events } = await explain(world, sue, requestId)
  expect(refusals).toMatchObject([
    {
      route: '/v1/admin/statistics',
      problem: { code: 'missing_permission' },
      check: { check: 'permission', of: 'platform', anyOf: ['statistics:read'] },
      caller: { kind: 'user', userId: sue.id },
    },
  ])
  expect(events).toMatchObject([{ type: 'access.refused', userId: sue.id, data: { permission: 'statistics:read' } }])
})

test('a credential that was not accepted is told with the reason', async () => {
  const { world, sue, eve } = await open()
  const of = async (token: string, headers = {}) =>
    (await whyRefused(world, sue, 'GET /v1/me', { token, headers }, 401))[0]
  expect(await of('nonsense')).toMatchObject({
    problem: { code: 'invalid_access_token' },
    check: { check: 'credential', reason: 'malformed' },
    rejected: 'invalid_access_token',
  })
  const [header, claims] = eve.token.split('.')
  expect(await of(`${header}.${claims}.${'A'.repeat(86)}`)).toMatchObject({ check: { reason: 'signature' } })
  expect(await of(`pk_live_${'a'.repeat(40)}`)).toMatchObject({ check: { check: 'credential' } })
  world.advance(3600)
  const requestId = await beRefused(world, 'GET /v1/me', { token: eve.token }, 401)
  expect(await explainToOperator(world.platform, requestId)).toMatchObject({
    refusals: [{ check: { check: 'credential', reason: 'expired' } }],
  })
})

test('a page of another site is told by which rule', async () => {
  const { world, sue, eve } = await open()
  const cookie = { cookie: `__Host-access=${eve.token}` }
  for (const [headers, rule] of [
    [{ 'sec-fetch-site': 'cross-site' }, 'sec-fetch-site'],
    [{ origin: 'https://evil.example' }, 'origin'],
    [{}, 'x-csrf-token'],
  ] as const) {
    const sent = { headers: { ...cookie, ...headers }, json: { bio: secret } }
    const requestId = await beRefused(world, 'PATCH /v1/me', sent, 403)
    expect((await explain(world, sue, requestId)).refusals).toMatchObject([{ check: { check: 'own-page', rule } }])
  }
})

test('fields are named and nothing of what was sent is kept, not even a name that is none of ours', async () => {
  const { world, sue, eve } = await open()
  const json = { [secret]: 1, name: 'x'.repeat(500), bio: `a\u0000${secret}` }
  await beRefused(world, 'PATCH /v1/me', { token: eve.token, json }, 422)
  const register = { email: `${secret}@`, password: secret, [secret]: secret, locale: 'no locale' }
  const [refusal] = await whyRefused(world, sue, 'POST /v1/auth/register', { json: register }, 422)
  expect(refusal?.check).toMatchObject({
    check: 'fields',
    fields: [
      { pointer: '/email', code: 'invalid_email' },
      { pointer: '/locale', code: 'invalid_locale' },
      { pointer: '', code: 'unrecognized_keys' },
    ],
  })
  const rows = await world.db.run('select to_jsonb(refusal)::text as row from refusal', [], 'objects')
  expect(rows.length).toBeGreaterThan(1)
  expect(JSON.stringify(rows)).not.toContain('hunter2')
})

test('a lock is told, and an error of ours by its kind alone', async () => {
  const { world, sue, eve } = await open({ LOCKOUT_FAILURES: '1' })
  const json = { email: eve.email, password: secret }
  for (let failures = 0; failures < 2; failures += 1) await world.send('POST /v1/auth/login', { json })
  const right = { email: eve.email, password: 'correct horse battery staple' }
  const [refusal] = await whyRefused(world, sue, 'POST /v1/auth/login', { json: right }, 423)
  expect(refusal).toMatchObject({ problem: { code: 'account_locked' }, check: { check: 'lockout', of: 'account' } })
  const broken = world.startAnother({}, { profileSchema: undefined as never })
  const [failed] = await whyRefused(broken, sue, 'GET /v1/me', { token: eve.token }, 500)
  expect(failed).toMatchObject({ problem: { code: 'unexpected' }, check: { check: 'failure', error: 'TypeError' } })
})

test('of an id that was used again the newest few are shown', async () => {
  const { world, sue } = await open()
  const headers = { 'x-request-id': 'the-same-again' }
  for (let time = 0; time < 7; time += 1) await beRefused(world, 'GET /v1/me', { headers }, 401)
  await beRefused(world, 'DELETE /v1/me', { headers }, 401)
  const { refusals } = await explain(world, sue, 'the-same-again')
  expect(refusals.map(({ method }) => method)).toEqual(['DELETE', 'GET', 'GET', 'GET', 'GET'])
})

test('what was not refused, what there is not, and paths that there are not are all the same 404', async () => {
  const { world, sue, eve } = await open()
  const fine = await world.send('GET /v1/me', { token: eve.token })
  const lost = await world.send('GET /v1/nowhere')
  const wrong = await beRefused(world, 'PUT /v1/me', {}, 405)
  const ids = [fine, lost].map(({ headers }) => headers.get('x-request-id'))
  for (const id of [...ids, crypto.randomUUID(), 'short', 'a%2Fb']) {
    expect(await call(world, sue, `GET /v1/admin/explain/${id}`)).toMatchObject(isNotThere)
  }
  expect((await explain(world, sue, wrong)).refusals).toMatchObject([{ route: '*', status: 405 }])
})

test('it is for staff with the permission', async () => {
  const { world, sue, eve } = await open()
  const requestId = await beRefused(world, 'GET /v1/me', {}, 401)
  await makeRole(world, 'clerk', ['users:read'])
  const carl = await hire(world, 'Carl', 'clerk')
  const route = `GET /v1/admin/explain/${requestId}`
  expect(await call(world, carl, route)).toMatchObject(mayNot)
  expect(await call(world, eve, route)).toMatchObject(isNotThere)
  expect((await world.send(route)).status).toBe(401)
  expect((await explain(world, sue, requestId)).refusals).toHaveLength(1)
})

test('after a day it is forgotten', async () => {
  const { world } = await open()
  const requestId = await beRefused(world, 'GET /v1/me', {}, 401)
  const job = { id: 'housekeeping', causedAt: world.clock.now(), isLastTry: false }
  const ctx = { ...world.platform, ...world.contextOf({ kind: 'system', job: 'test' }) }
  const clean = () => deleteOldRefusals({ ...ctx, actor: { kind: 'system', job: 'delete-old-refusals' }, job })
  world.advance(86_400)
  await clean()
  expect((await explainToOperator(ctx, requestId)).refusals).toHaveLength(1)
  world.advance(1)
  await clean()
  expect(explainToOperator(ctx, requestId)).rejects.toThrow('not_found')
})

test('a token that outlives its account leaves nothing that names it', async () => {
  const { world, sue, eve } = await open()
  const requestId = await beRefused(world, 'GET /v1/admin/users', { token: eve.token }, 404)
  expect((await explain(world, sue, requestId)).refusals).toMatchObject([{ caller: { userId: eve.id } }])
  await world.db.run('delete from "user" where id = $1::uuid', [eve.id], 'objects')
  const later = await beRefused(world, 'GET /v1/me', { token: eve.token }, 401)
  expect((await explain(world, sue, later)).refusals).toMatchObject([{ caller: { kind: 'user', userId: null } }])
})

test('where explanations are off, nothing is kept to be asked for', async () => {
  const { world } = await open()
  await beRefused(world.startAnother({ EXPLANATIONS: 'off' }), 'GET /v1/me', {}, 401)
  expect(await world.db.run('select 1 from refusal', [], 'objects')).toEqual([])
})
