import { expect, test } from 'bun:test'
import { readCheckpoint } from '#features/audit-trail/read-checkpoint'
import { openWorld } from '../../platform'
import { registerAndLogIn } from '../people'
import { maintain, openSealedWorld, recordsOf, sealAll, sealsOf, verify } from './sealed-world'

test('what was recorded is sealed, and verifies', async () => {
  const { world } = await openSealedWorld()
  const records = await recordsOf(world)
  const found = await verify(world)
  expect(found).toMatchObject({ faults: [], seals: { security: 3, activity: 3 }, before: 0, expired: 0, unsealed: 1 })
  expect(found.sealed).toBe(records.length - 1)
  await sealAll(world)
  expect(await verify(world)).toMatchObject({ faults: [], sealed: records.length, unsealed: 0 })
})

test('what is sealed already is not sealed again, and costs a few statements', async () => {
  const { world } = await openSealedWorld()
  await sealAll(world)
  const seals = await sealsOf(world)
  expect(await sealAll(world)).toBeLessThan(8)
  expect(await sealsOf(world)).toEqual(seals)
})

test('nothing is sealed while no key signs; the first key seals it all', async () => {
  const world = await openWorld()
  await world.send('POST /v1/auth/login', { json: { email: 'nobody@example.org', password: 'a wrong guess' } })
  await sealAll(world)
  expect(await sealsOf(world)).toEqual([])
  await registerAndLogIn(world)
  await sealAll(world)
  expect(await verify(world)).toMatchObject({ faults: [], unsealed: 0, sealed: (await recordsOf(world)).length })
})

test('a request waits for no seal: it has no statement that knows them', async () => {
  const { world } = await openSealedWorld()
  const before = world.statements.length
  await registerAndLogIn(world, { email: 'grace@example.com', password: 'a wholly new password', name: 'Grace' })
  const statements = world.statements.slice(before)
  expect(statements.length).toBeGreaterThan(1)
  expect(statements.filter((text) => /audit_seal|audit_horizon/.test(text))).toEqual([])
})

test('months end seals, so that they can go as whole ones', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  world.advance(9 * 24 * 3600)
  await registerAndLogIn(world, { email: 'grace@example.com', password: 'a wholly new password', name: 'Grace' })
  await sealAll(world)
  const months = (await sealsOf(world)).filter(({ retention }) => retention === 'security').map(({ month }) => month)
  expect(months).toEqual(['2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'])
  expect(await verify(world)).toMatchObject({ faults: [], unsealed: 0 })
})

test('the newest seal is kept in the blob store, and the first of a day for good', async () => {
  const { world } = await openSealedWorld()
  const first = await readCheckpoint(world.platform, 'security')
  const newest = (await sealsOf(world)).filter(({ retention }) => retention === 'security').at(-1)
  expect(first).toEqual({ retention: 'security', number: 3, statement: String(newest?.statement) })
  const ofDay = async () =>
    new Response((await world.platform.blobs.get('audit/checkpoint-security-2026-11-22.json'))?.body).json()
  expect(await ofDay()).toMatchObject({ number: 1 })
  await sealAll(world)
  expect(await readCheckpoint(world.platform, 'security')).toMatchObject({ number: 4 })
  expect(await ofDay()).toMatchObject({ number: 1 })
})

test('a checkpoint that could not be kept is kept by the next run', async () => {
  const { world } = await openSealedWorld()
  const failing = { ...world.platform.blobs, put: () => Promise.reject(new Error('away')) }
  await expect(sealAll(world.startAnother({}, { blobs: failing }))).rejects.toThrow('away')
  expect(await readCheckpoint(world.platform, 'security')).toMatchObject({ number: 3 })
  await sealAll(world)
  expect(await readCheckpoint(world.platform, 'security')).toMatchObject({ number: 4 })
})

test('a database that was restored in another cluster, whose transactions are younger, is sealed on', async () => {
  const { world } = await openSealedWorld()
  await world.db.run(`update audit_horizon set transaction = '9999999999'`, [], 'objects')
  await sealAll(world)
  expect(await verify(world)).toMatchObject({ faults: [], unsealed: 0 })
})

test('records of builds that had no seals are counted apart', async () => {
  const { world } = await openSealedWorld()
  await world.db.run(
    `insert into audit_event (id, position, occurred_at, type, actor_kind, request_id, data)
    values ('01900000-0000-7000-8000-000000000000', null, '2024-06-09', 'login.failed', 'anonymous', 'x', '{}')`,
    [],
    'objects',
  )
  await sealAll(world)
  expect(await verify(world)).toMatchObject({ faults: [], before: 1, unsealed: 0, bare: 1 })
})

test('partitions are made before their months begin', async () => {
  const world = await openWorld()
  await maintain(world)
  world.advance(40 * 24 * 3600)
  await maintain(world)
  const tables = await world.db.run("select tablename from pg_tables where schemaname = 'audit'", [], 'arrays')
  expect(tables.flat()).toEqual(expect.arrayContaining(['security_2027_01', 'security_2027_03', 'activity_2027_04']))
})
