import { expect, test } from 'bun:test'
import { exportLines } from '#features/audit-trail/export-lines'
import { verifyExportedRecord } from '#features/audit-trail/verify-exported-record'
import { openWorld, type World } from '../../platform'
import { tamper } from '../../support/tamper'
import { registerAndLogIn } from '../people'
import { maintain, operatorOf, recordsOf, sealAll, sealsOf, verify } from './sealed-world'

/** The first id of a month, and another, so many years ago by the clock of the database. */
const idOf = (at: Date, number: number) => {
  const hex = at.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(number).padStart(12, '0')}`
}

const yearsAgo = (years: number) => {
  const now = new Date()
  return new Date(Date.UTC(now.getUTCFullYear() - years, now.getUTCMonth(), 3))
}

const insertOld = async (world: World, retention: string, years: number, count = 3) => {
  const at = yearsAgo(years)
  for (let number = 1; number <= count; number += 1) {
    await world.db.run(
      `insert into audit_event (id, retention, occurred_at, type, actor_kind, request_id, data)
      values ($1, $2, $3, 'login.failed', 'anonymous', 'old', '{}')`,
      [idOf(at, number), retention, at],
      'objects',
    )
  }
}

const months = async (world: World) =>
  (await world.db.run("select tablename from pg_tables where schemaname = 'audit'", [], 'arrays')).flat().map(String)

/** A record that is sealed, with a month of each retention whose time is over, and one of security that is not. */
const openOldWorld = async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const since = yearsAgo(2)
  await world.db.run('select audit.make_partitions($1::timestamptz, 0)', [since], 'objects')
  await insertOld(world, 'activity', 2)
  await insertOld(world, 'security', 2)
  await insertOld(world, 'security', 8)
  await sealAll(world)
  return { world, month: `activity_${since.getUTCFullYear()}_${String(since.getUTCMonth() + 1).padStart(2, '0')}` }
}

const oldOnes = async (world: World) =>
  (
    await world.db.run("select retention, occurred_at as at from audit_event where request_id = 'old'", [], 'objects')
  ).map((row) => Object(row))

test('what is over is announced, sealed and only then dropped; the record verifies without it', async () => {
  const { world, month } = await openOldWorld()
  const count = (await recordsOf(world)).length
  expect(await months(world)).toContain(month)
  await maintain(world)
  await maintain(world)
  expect(await months(world)).toContain(month)
  const announced = (await recordsOf(world)).filter(({ type }) => type === 'audit.expired')
  expect(announced).toHaveLength(2)
  await sealAll(world)
  await maintain(world)
  expect(await months(world)).not.toContain(month)
  const left = await oldOnes(world)
  expect(left.map(({ retention }) => retention)).toEqual(['security', 'security', 'security'])
  expect(await verify(world)).toMatchObject({ faults: [], expired: 6, unsealed: 0, sealed: count - 6 + 2 })
  const lines = exportLines(operatorOf(world))
  expect(await verifyExportedRecord(lines)).toMatchObject({ faults: [], expired: 6 })
  const seals = await sealsOf(world)
  await maintain(world)
  expect(await sealsOf(world)).toEqual(seals)
})

test('what is missing without a word of the record, or is younger than that says, is missed', async () => {
  const { world } = await openOldWorld()
  await tamper(
    world.db,
    "delete from audit_event where retention = 'activity' and request_id = 'old' and id::text like '%3'",
  )
  expect((await verify(world)).faults).toMatchObject([{ what: 'missing', retention: 'activity' }])
  await maintain(world)
  // It is said, and not yet sealed.
  expect((await verify(world)).faults).toHaveLength(1)
  await sealAll(world)
  expect((await verify(world)).faults).toEqual([])
  await tamper(world.db, "delete from audit_event where retention = 'security' and request_id = 'old'")
  // Those of eight years ago may be missing, those of two may not.
  expect((await verify(world)).faults).toMatchObject([{ what: 'missing', retention: 'security' }])
})

test('the database drops nothing that is younger than its table says', async () => {
  const { world } = await openOldWorld()
  const drop = (retention: string, before: Date) =>
    world.db.run('select audit.drop_expired($1, $2::timestamptz) as dropped', [retention, before], 'objects')
  for (const retention of ['security', 'activity']) await expect(drop(retention, new Date())).rejects.toThrow('42501')
  await expect(drop('nothing', yearsAgo(20))).rejects.toThrow('42501')
  await drop('security', new Date(yearsAgo(8).getTime() + 1000))
  await expect(
    world.db.run(
      "delete from audit_event where request_id = 'old' and retention = 'security' and occurred_at > now() - interval '3 years'",
      [],
      'objects',
    ),
  ).rejects.toThrow('42501')
  expect((await oldOnes(world)).length).toBe(6)
})
