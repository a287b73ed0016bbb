import { afterAll, expect, test } from 'bun:test'
import * as z from 'zod'
import { given } from '../given'
import { expectProblem } from '../support/expect-problem'
import { openStaffedTarget } from '../support/staff'

const { server, support, stop } = await openStaffedTarget()

afterAll(stop)

const Explained = z.object({
  refusals: z.array(z.looseObject({ route: z.string(), problem: z.object({ code: z.string(), title: z.string() }) })),
  events: z.array(z.looseObject({ type: z.string() })),
})

const ask = (requestId: string) =>
  server.send(`GET /v1/admin/explain/${requestId}`, { accessToken: support.accessToken })

/** A refusal is written a moment after its answer. */
const explain = async (requestId: string) => {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await Bun.sleep(100)) {
    const reply = await ask(requestId)
    if (reply.status === 200) return Explained.parse(reply.json)
  }
  throw new Error(`Nothing explains ${requestId}.`)
}

const idOf = ({ headers }: { headers: Headers }) => headers.get('x-request-id') ?? ''

test('support finds out which check refused somebody, wherever it was', async () => {
  const eve = await given.person(server)
  const { accessToken } = eve
  const wrong = { email: eve.email, password: 'not the right one' }
  const [asked, failed, faulty, cross] = [
    await server.send('GET /v1/admin/users', { accessToken: support.accessToken.slice(0, -4) }),
    await server.send('POST /v1/auth/login', { json: wrong }),
    await server.send('PATCH /v1/me', { accessToken, json: { locale: '?' } }),
    await server.send('POST /v1/api-keys', { accessToken, json: {} }),
  ]
  expect(await explain(idOf(asked))).toMatchObject({
    refusals: [{ route: '/v1/admin/users', problem: { code: 'invalid_access_token' }, check: { check: 'credential' } }],
  })
  const { refusals, events } = await explain(idOf(failed))
  expect(refusals).toMatchObject([{ route: '/v1/auth/login', status: 401, problem: { code: 'invalid_credentials' } }])
  expect(events).toMatchObject([{ type: 'login.failed', userId: eve.user.id, data: { reason: 'credentials' } }])
  expect(await explain(idOf(faulty))).toMatchObject({
    refusals: [
      {
        caller: { kind: 'user', userId: eve.user.id },
        check: { check: 'fields', fields: [{ pointer: '/locale', code: 'invalid_locale' }] },
      },
    ],
  })
  expect(await explain(idOf(cross))).toMatchObject({ refusals: [{ route: '/v1/api-keys', status: cross.status }] })
})

test('of a request that nothing refused, and of one that there was not, nothing is told', async () => {
  const fine = await server.send('GET /health/live')
  for (const requestId of [idOf(fine), crypto.randomUUID()]) expectProblem(await ask(requestId), 404, 'not_found')
})
