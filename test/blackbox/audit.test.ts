import { afterAll, expect, test } from 'bun:test'
import { given } from '../given'
import { AuditPage, AuditRecord, OperationAnswer } from '../support/audit-shapes'
import { expectFaults, expectProblem } from '../support/expect-problem'
import { openStaffedTarget } from '../support/staff'

const { server, admin, support, stop } = await openStaffedTarget()

afterAll(stop)

type Caller = { accessToken: string }

const send = ({ accessToken }: Caller, route: string, json?: object) =>
  server.send(route, { accessToken, ...(json && { json }) })

const search = async (query: Record<string, string>) => {
  const { status, json } = await send(admin, `GET /v1/admin/audit?${new URLSearchParams(query)}`)
  expect(status).toBe(200)
  return AuditPage.parse(json)
}

test('who may read the record finds what somebody did, page by page, and one record by its id', async () => {
  const eve = await given.person(server)
  await send(eve, 'PATCH /v1/me', { name: 'Eva' })
  await server.send('POST /v1/auth/login', { json: { email: eve.email, password: 'something else' } })
  const all = await search({ userId: eve.user.id, limit: '100' })
  expect(all.nextCursor).toBeNull()
  const types = all.items.map(({ type }) => type)
  expect(types).toEqual(expect.arrayContaining(['account.registered', 'profile.updated', 'login.failed']))
  expect(types.indexOf('login.failed')).toBeLessThan(types.indexOf('account.registered'))
  const found: string[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: AuditPage = await search({ userId: eve.user.id, limit: '2', ...(cursor && { cursor }) })
    expect(page.items.length).toBeLessThanOrEqual(2)
    found.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  expect(found).toEqual(all.items.map(({ id }) => id))
  const failed = await search({ userId: eve.user.id, type: 'login.', outcome: 'failed' })
  expect(failed.items).toMatchObject([{ type: 'login.failed', actor: { kind: 'anonymous', id: null } }])
  const { requestId = '', id = '' } = failed.items[0] ?? {}
  expect((await search({ requestId })).items.map((record) => record.id)).toContain(id)
  expect([AuditRecord.parse((await send(admin, `GET /v1/admin/audit/${id}`)).json)]).toEqual(failed.items)
})

test('to others of the staff it is refused, and to everybody else it is not there', async () => {
  const eve = await given.person(server)
  const [record] = (await search({ userId: eve.user.id })).items
  for (const route of [
    'GET /v1/admin/audit',
    `GET /v1/admin/audit/${record?.id}`,
    `GET /v1/admin/audit/${record?.id}/proof`,
  ]) {
    expectProblem(await send(support, route), 403, 'missing_permission')
    expectProblem(await send(eve, route), 404, 'not_found')
    expectProblem(await server.send(route), 401, 'unauthenticated')
  }
  const asked = { format: 'ndjson' }
  expectProblem(await send(support, 'POST /v1/admin/audit/exports', asked), 403, 'missing_permission')
  expectProblem(await send(eve, 'POST /v1/admin/audit/exports', asked), 404, 'not_found')
})

test('what looks like a part of a statement is no filter, or finds nothing', async () => {
  for (const [name, value] of [
    ['userId', "' or '1'='1"],
    ['type', "login.failed') or true --"],
    ['traceId', '%'],
    ['ipAddress', '192.0.2.1; select 1'],
    ['organizationId', '*'],
    ['outcome', 'done or true'],
    ['cursor', "' --"],
    ['order', 'type'],
  ] as const) {
    const reply = await send(admin, `GET /v1/admin/audit?${new URLSearchParams({ [name]: value })}`)
    expect({ name, status: reply.status }).toEqual({ name, status: 422 })
  }
  for (const [name, value] of [
    ['actorId', "'or'1'='1"],
    ['requestId', "x'--"],
  ] as const) {
    expect((await search({ [name]: value })).items).toEqual([])
  }
  expectFaults(await send(admin, 'GET /v1/admin/audit?type=nothing.'), { '/type': 'unknown_type' })
})

const exportAccounts = async () => {
  const reply = await send(admin, 'POST /v1/admin/audit/exports', { format: 'cef', filter: { type: 'account.' } })
  expect(reply.status).toBe(202)
  let { operation } = OperationAnswer.parse(reply.json)
  for (let tries = 0; operation.state !== 'finished' && tries < 100; tries += 1) {
    await Bun.sleep(100)
    operation = OperationAnswer.parse((await send(admin, `GET /v1/admin/operations/${operation.id}`)).json).operation
  }
  expect(operation).toMatchObject({ kind: 'audit', state: 'finished', format: 'cef', percent: 100 })
  return `GET /v1/admin/operations/${operation.id}/file`
}

test('an export is an operation, whose file whoever may ask for it fetches', async () => {
  let route = await exportAccounts()
  // What is younger than a transaction that is open elsewhere on the server may not be complete, and waits for the next export.
  for (let tries = 0; (await send(admin, route)).text === '' && tries < 30; tries += 1) {
    await Bun.sleep(1000)
    route = await exportAccounts()
  }
  const { text } = await send(admin, route)
  expect(text.split('\n')[0]).toStartWith('CEF:0|Postern|Postern|1|account.')
  expectProblem(await send(support, route), 403, 'missing_permission')
}, 60_000)
