import { expect, test } from 'bun:test'
import type { World } from '../../platform'
import { importFile, lines, openStaffWorld, operationIn, showOf } from './operators'

/** Asks for an export, and has it written. */
const exportAll = async (world: World, token: string, json: object) => {
  const asked = await world.send('POST /v1/admin/exports', { token, json })
  expect(asked.status).toBe(202)
  await world.settle()
  return showOf(world, token, operationIn(asked))
}

const fileOf = (world: World, token: string, { id }: { id: string }) =>
  world.send(`GET /v1/admin/operations/${id}/file`, { token })

const rowsIn = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('an export has each account once, in parts that are one file, and nothing secret', async () => {
  const { world, token } = await openStaffWorld()
  const people = Array.from({ length: 2300 }, (_, at) => ({
    email: `person-${at}@example.com`,
    passwordHash: '$2b$04$abcdefghijklmnopqrstuuRBXoGpKGmWBNJtT5tq9rZVMF3m4VOJC',
  }))
  await importFile(world, token, lines(...people))
  const operation = await exportAll(world, token, { format: 'ndjson' })
  expect(operation).toMatchObject({ state: 'finished', kind: 'export', rowsTotal: 2301, rowsDone: 2301, percent: 100 })
  const { text, headers } = await fileOf(world, token, operation)
  expect(headers.get('content-type')).toBe('application/x-ndjson')
  expect(headers.get('content-disposition')).toBe(`attachment; filename="users-${operation.id}.ndjson"`)
  expect(headers.get('cache-control')).toBe('no-store')
  const addresses = rowsIn(text).map(({ email }) => email)
  expect(new Set(addresses).size).toBe(2301)
  expect(addresses.length).toBe(2301)
  expect(rowsIn(text).find(({ email }) => email === 'ada@example.com')).toMatchObject({ roles: ['admin'] })
  expect(text).not.toMatch(/\$2b\$|readable\$|[Hh]ash/)
})

test('CSV of chosen fields is no formula, and comes back by an import as it was', async () => {
  const { world, token } = await openStaffWorld()
  const names = ['=1+1', '+1', '-1', '@sum', 'Ada, "the" first', "'=quoted", 'plain']
  const people = names.map((name, at) => ({ email: `person-${at}@example.com`, name, phone: '+442071838750' }))
  await importFile(world, token, lines(...people))
  const fields = ['email', 'name', 'phone']
  const request = { format: 'csv', fields, filter: { emailDomain: 'example.com', emailVerified: false } }
  const { text } = await fileOf(world, token, await exportAll(world, token, request))
  for (const cell of text.split(/[,\r\n]+/)) expect(cell).not.toMatch(/^"?[=+\-@]/)
  await world.db.run(`delete from "user" where email like 'person-%'`, [], 'objects')
  const again = text.replace(/ada@example.com.*\r\n/, '')
  expect(await importFile(world, token, again, { format: 'csv' })).toMatchObject({ rowsDone: 7, rowsFailed: 0 })
  const kept = await world.db.run(
    `select email, name, phone from "user" where email like 'person-%' order by email`,
    [],
    'objects',
  )
  expect(kept).toEqual(people)
})

test('a filter means those to whom all of it applies, and nobody who closed their account', async () => {
  const { world, token, adaId } = await openStaffWorld()
  await importFile(
    world,
    token,
    lines(
      { email: 'one@example.com', emailVerified: true, createdAt: '2020-01-01T00:00:00Z' },
      { email: 'two@sub.example.com' },
      { email: 'three@example.org', createdAt: '2021-01-01T00:00:00Z' },
      { email: 'four@exampleXcom.net' },
      { email: 'five@example.com' },
    ),
  )
  await world.db.run(`update "user" set banned_at = now() where email = 'three@example.org'`, [], 'objects')
  await world.db.run(`update "user" set closed_at = now() where email = 'five@example.com'`, [], 'objects')
  const exported = async (filter: object) => {
    const { text } = await fileOf(world, token, await exportAll(world, token, { format: 'ndjson', filter }))
    return text === ''
      ? []
      : rowsIn(text)
          .map(({ email }) => String(email).split('@')[0])
          .toSorted()
  }
  expect(await exported({})).toEqual(['ada', 'four', 'one', 'three', 'two'])
  expect(await exported({ emailDomain: 'Example.com' })).toEqual(['ada', 'one'])
  expect(await exported({ emailVerified: true })).toEqual(['one'])
  expect(await exported({ banned: true })).toEqual(['three'])
  expect(await exported({ role: 'admin' })).toEqual(['ada'])
  expect(await exported({ createdBefore: '2021-01-01T00:00:00Z' })).toEqual(['one'])
  expect(await exported({ createdAfter: '2021-01-01T00:00:00Z', banned: true })).toEqual(['three'])
  expect(await exported({ role: 'nobody' })).toEqual([])
  expect(adaId).toBeDefined()
})

test('the file is there for a day, and only of a finished export', async () => {
  const { world, token } = await openStaffWorld()
  const asked = operationIn(await world.send('POST /v1/admin/exports', { token, json: { format: 'ndjson' } }))
  expect((await fileOf(world, token, asked)).status).toBe(404)
  await world.settle()
  expect((await fileOf(world, token, asked)).status).toBe(200)
  const imported = await importFile(world, token, lines({ email: 'one@example.com' }))
  expect((await fileOf(world, token, imported)).status).toBe(404)
  await world.db.run(`update bulk_operation set finished_at = finished_at - interval '1 day'`, [], 'objects')
  expect((await fileOf(world, token, asked)).status).toBe(404)
})

test('whoever fetches a file is recorded', async () => {
  const { world, token, adaId } = await openStaffWorld()
  const operation = await exportAll(world, token, { format: 'csv' })
  await fileOf(world, token, operation)
  const events = await world.db.run(
    `select actor_id, data from audit_event where type = 'bulk.collected'`,
    [],
    'objects',
  )
  expect(events).toEqual([{ actor_id: adaId, data: { operationId: operation.id } }])
})

test('a request with a key makes one export, however often it comes', async () => {
  const { world, token } = await openStaffWorld()
  const ask = () =>
    world.send('POST /v1/admin/exports', { token, json: { format: 'csv' }, headers: { 'idempotency-key': 'once' } })
  const first = operationIn(await ask())
  expect(operationIn(await ask())).toEqual(first)
  await world.settle()
  expect(await showOf(world, token, first)).toMatchObject({ state: 'finished' })
})
