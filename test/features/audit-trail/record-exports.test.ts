import { expect, test } from 'bun:test'
import { grantRole } from '#features/admin/grant-role'
import { makeRole } from '#features/admin/make-role'
import { openRecordExport } from '#features/audit-trail/open-record-export'
import { verifyExportedRecord } from '#features/audit-trail/verify-exported-record'
import { runBulkOperation } from '#features/bulk/run-bulk-operation'
import { address, type World } from '../../platform'
import { listEvents } from '../audit/events'
import { openStaffWorld, operationIn, operator, showOf } from '../bulk/operators'
import { diesAfter, mortalContext } from '../data-rights/deaths'
import { grace, logIn, refresh, registerAndLogIn } from '../people'
import { sealAll } from './sealed-world'
import { writeRecords } from './written-records'

const ask = async (world: World, token: string, json: object) => {
  const answer = await world.send('POST /v1/admin/audit/exports', { token, json })
  expect(answer.status).toBe(202)
  return operationIn(answer)
}

const fileOf = (world: World, token: string, { id }: { id: string }) =>
  world.send(`GET /v1/admin/operations/${id}/file`, { token })

/** Asks for an export, has it written, and gives its lines. */
const exportLinesOf = async (world: World, token: string, json: object): Promise<string[]> => {
  const operation = await ask(world, token, json)
  await world.settle()
  expect(await showOf(world, token, operation)).toMatchObject({ state: 'finished', percent: 100, kind: 'audit' })
  const { text } = await fileOf(world, token, operation)
  return text === '' ? [] : text.trimEnd().split('\n')
}

const recordsIn = (lines: string[]): { id: string; type: string; retention: string }[] =>
  lines.flatMap((line) => JSON.parse(line).record ?? [])

async function* oneByOne(lines: string[]) {
  yield* lines
}

test('the whole record is a file that verifies, and a line that was changed is found', async () => {
  const { world, token } = await openStaffWorld()
  await refresh(world, await registerAndLogIn(world, grace))
  await writeRecords(world, 9000)
  await sealAll(world)
  const known = await listEvents(world)
  const lines = await exportLinesOf(world, token, { format: 'ndjson', personal: true })
  const records = recordsIn(lines)
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length)
  expect(known.filter(({ id }) => !records.some((record) => record.id === id))).toEqual([])
  expect(lines.filter((line) => line.startsWith('{"seal"')).length).toBeGreaterThan(3)
  expect(await verifyExportedRecord(oneByOne(lines))).toMatchObject({ faults: [], sealed: known.length })
  const at = lines.findIndex((line) => line.includes('"type":"profile.updated"'))
  const changed = lines.with(at, String(lines[at]).replace('"name"', '"email"'))
  expect((await verifyExportedRecord(oneByOne(changed)))?.faults).toMatchObject([{ what: 'altered' }])
}, 60_000)

test('a file of CEF has a record a line, without addresses unless they are asked for', async () => {
  const { world, token } = await openStaffWorld()
  const lines = await exportLinesOf(world, token, { format: 'cef' })
  expect(lines.length).toBeGreaterThan(5)
  for (const line of lines) expect(line).toMatch(/^CEF:0\|Postern\|Postern\|1\|[a-z_.]+\|[a-z ]+\|\d\|rt=/)
  expect(lines.join('\n')).not.toContain(address)
  const operation = await ask(world, token, { format: 'cef', personal: true })
  await world.settle()
  const { text, headers } = await fileOf(world, token, operation)
  expect(text).toContain(` src=${address} `)
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(headers.get('content-disposition')).toBe(`attachment; filename="audit-${operation.id}.cef"`)
})

test('a filter means what it does in a search', async () => {
  const { world, token, adaId } = await openStaffWorld()
  await refresh(world, await registerAndLogIn(world, grace))
  world.advance(300)
  const from = world.clock.now().toISOString()
  await world.send('POST /v1/auth/login', { json: { email: grace.email, password: 'wrong' } })
  world.advance(300)
  const to = world.clock.now().toISOString()
  await refresh(world, await logIn(world, grace))
  const exported = async (filter: object) =>
    recordsIn(await exportLinesOf(world, token, { format: 'ndjson', filter })).map(({ type }) => type)
  expect(await exported({ from, to })).toEqual(['login.failed'])
  expect(await exported({ type: 'login.', from })).toEqual(['login.failed', 'login.succeeded'])
  expect(new Set(await exported({ retention: 'activity' }))).toEqual(new Set(['session.refreshed']))
  expect(await exported({ userId: adaId, type: 'role.' })).toEqual(['role.granted'])
  expect(await exported({ from: '2999-01-01T00:00:00Z' })).toEqual([])
})

test('a worker that dies after any step leaves one that writes every record once', async () => {
  for (let effects = 1; ; effects += 1) {
    const { world, token } = await openStaffWorld()
    await writeRecords(world, 4500)
    await sealAll(world)
    const known = await listEvents(world)
    const { id: operationId } = await ask(world, token, { format: 'ndjson' })
    const died = await diesAfter(
      (ctx) => runBulkOperation(ctx, { operationId }, undefined, openRecordExport),
      mortalContext(world, operationId, effects),
    )
    await world.settle()
    const lines = (await fileOf(world, token, { id: operationId })).text.trimEnd().split('\n')
    const ids = recordsIn(lines).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThanOrEqual(known.length)
    expect((await verifyExportedRecord(oneByOne(lines)))?.faults).toEqual([])
    if (!died) break
    expect(effects).toBeLessThan(100)
    effects += 5
  }
}, 120_000)

test('who lost the permission gets no file, and who has another one sees no such operation', async () => {
  const { world, token } = await openStaffWorld()
  await registerAndLogIn(world, grace)
  await makeRole(operator(world), { name: 'exporter', description: '', permissions: ['users:export'] })
  await grantRole(operator(world), grace.email, 'exporter')
  const { accessToken: other } = await logIn(world, grace)
  const operation = await ask(world, token, { format: 'cef' })
  expect((await world.send(`GET /v1/admin/operations/${operation.id}`, { token: other })).status).toBe(404)
  expect((await world.send('POST /v1/admin/audit/exports', { token: other, json: { format: 'cef' } })).status).toBe(403)
  await world.db.run('delete from role_assignment', [], 'objects')
  await world.settle()
  const [row] = await world.db.run('select state, failure from bulk_operation', [], 'objects')
  expect(row).toEqual({ state: 'failed', failure: 'permission_lost' })
})
