import { expect, test } from 'bun:test'
import { logIn } from '../people'
import { addressesIn, importFile, lines, openStaffWorld, operationIn, sendFile, showOf } from './operators'

test('the file is kept until the end, and goes then', async () => {
  const { world, token } = await openStaffWorld()
  const { id } = operationIn(await sendFile(world, token, lines({ email: 'grace@example.com' })))
  expect([...world.blobs.files.keys()]).toEqual([`bulk/${id}/000000000000`])
  await world.settle()
  world.advance(1)
  await world.db.run(
    `insert into pgboss.job (name, data, retry_limit) select 'delete-dropped-blobs', data || '{"payload":{}}', 0 from pgboss.job limit 1`,
    [],
    'objects',
  )
  await world.settle()
  expect([...world.blobs.files.keys()]).toEqual([])
})

test('a cancelled import stops, and what is done stays', async () => {
  const { world, token } = await openStaffWorld()
  const { id } = operationIn(await sendFile(world, token, lines({ email: 'grace@example.com' })))
  const cancelled = await world.send(`DELETE /v1/admin/operations/${id}`, { token })
  expect(operationIn(cancelled)).toMatchObject({ state: 'cancelled' })
  await world.settle()
  expect(await addressesIn(world)).toEqual([])
  const done = await importFile(world, token, lines({ email: 'mary@example.com' }))
  expect(operationIn(await world.send(`DELETE /v1/admin/operations/${done.id}`, { token })).state).toBe('finished')
  expect(await showOf(world, token, { id })).toMatchObject({ state: 'cancelled', rowsDone: 0 })
})

test('an empty file, a wrong type and an unknown format are refused', async () => {
  const { world, token } = await openStaffWorld()
  expect(await sendFile(world, token, '')).toMatchObject({ status: 400, body: { code: 'malformed_request' } })
  const headers = { 'content-type': 'text/csv' }
  const bytes = new TextEncoder().encode('{}\n')
  expect((await world.send('POST /v1/admin/imports?format=ndjson', { token, headers, bytes })).status).toBe(415)
  expect((await world.send('POST /v1/admin/imports?format=xml', { token, headers, bytes })).status).toBe(422)
  const tooLong = { ...headers, 'content-length': String(300 * 1024 * 1024) }
  expect((await world.send('POST /v1/admin/imports?format=csv', { token, headers: tooLong, bytes })).status).toBe(413)
})

test('an upload that breaks off is over, and its file goes', async () => {
  const { world, token } = await openStaffWorld()
  const pieces = [new Uint8Array(5 * 1024 * 1024).fill(0x0a)]
  const bytes = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = pieces.pop()
      if (piece) controller.enqueue(piece)
      else controller.error(new Error('The line is dead.'))
    },
  })
  const headers = { 'content-type': 'application/x-ndjson' }
  expect((await world.send('POST /v1/admin/imports', { token, headers, bytes })).status).toBe(500)
  const rows = await world.db.run('select state, failure from bulk_operation', [], 'objects')
  expect(rows).toEqual([{ state: 'failed', failure: 'upload_failed' }])
  const kept = await world.db.run('select 1 from blob where drop_after > $1', [world.clock.now()], 'objects')
  expect({ files: world.blobs.files.size, kept }).toEqual({ files: 1, kept: [] })
})

test('who may not import has nothing there, and reads nothing', async () => {
  const { world } = await openStaffWorld()
  const grace = { email: 'grace@example.com', password: 'nanoseconds of copper wire', name: 'Grace' }
  await world.send('POST /v1/auth/register', { json: grace })
  const { accessToken } = await logIn(world, grace)
  expect((await sendFile(world, accessToken, lines({ email: 'mary@example.com' }))).status).toBe(404)
  expect((await world.send('POST /v1/admin/imports')).status).toBe(401)
  expect(world.blobs.files.size).toBe(0)
})
