import { expect, test } from 'bun:test'
import type { Checkpoint, Fault } from '#features/audit-trail/contract'
import { exportLines } from '#features/audit-trail/export-lines'
import { proveRecord } from '#features/audit-trail/prove-record'
import { readCheckpoint } from '#features/audit-trail/read-checkpoint'
import { verifyExportedRecord } from '#features/audit-trail/verify-exported-record'
import { verifyInclusion } from '#features/audit-trail/verify-inclusion'
import { destroyOldPersonalParts } from '#features/profiles/destroy-old-personal-parts'
import type { World } from '../../platform'
import { keepHouse } from '../jobs/housekeeping'
import { openSealedWorld, operatorOf, recordsOf, sealAll, verify } from './sealed-world'

const exportOf = (world: World, isPersonal = true) => Array.fromAsync(exportLines(operatorOf(world), { isPersonal }))

async function* stream(lines: string[]) {
  yield* lines
}

const verifyLines = async (lines: string[], given?: { keys?: string[]; checkpoints?: Checkpoint[] }) => {
  const found = await verifyExportedRecord(stream(lines), given)
  if (!found) throw new Error('This is no export.')
  return found
}

const whatOf = (faults: Fault[]) => faults.map(({ what }) => what)

test('an export verifies by itself, as the database does', async () => {
  const { world } = await openSealedWorld()
  const lines = await exportOf(world)
  expect(lines.length).toBe(1 + (await recordsOf(world)).length + 6)
  expect(await verifyLines(lines)).toEqual(await verify(world))
  expect(await verifyLines(await exportOf(world, false))).toEqual(await verify(world))
})

test('an export without personal parts has none', async () => {
  const { world } = await openSealedWorld()
  const texts = ['203.0.113.7', 'Analytical Engine', 'Lutetia']
  const bare = (await exportOf(world, false)).join('\n')
  const whole = (await exportOf(world)).join('\n')
  for (const text of texts) expect([bare.includes(text), whole.includes(text)]).toEqual([false, true])
})

test('whatever is done to an export is found, and where', async () => {
  const { world } = await openSealedWorld()
  const lines = await exportOf(world)
  const at = lines.findIndex((line) => line.includes('"record"')) + 2
  const line = lines[at] ?? ''
  const { record } = JSON.parse(line)
  const seal = lines.findIndex((other) => other.startsWith('{"seal"'))
  const { keys } = JSON.parse(lines[0] ?? '').header
  const find = async (changed: string[]) => (await verifyLines(changed, { keys })).faults
  const named = { id: record.id, position: record.position, retention: 'security', seal: 1 }

  const flipped = line.replace(`"type":"${record.type}"`, '"type":"login.failed"')
  expect(await find(lines.with(at, flipped))).toMatchObject([{ what: 'altered', ...named }])
  expect(await find(lines.toSpliced(at, 1))).toMatchObject([
    { what: 'missing', seal: 1, position: record.position - 1 },
  ])
  const copy = line.replace(record.id, record.id.replace(/.{4}$/, 'ffff'))
  expect(await find(lines.toSpliced(at, 0, copy))).toMatchObject([{ what: 'inserted' }])
  const swapped = lines.with(at, lines[at + 1] ?? '').with(at + 1, line)
  expect((await find(swapped))[0]).toMatchObject({ what: 'out of order', id: record.id, position: record.position })
  expect(whatOf(await find(lines.with(at, '{"record":{')))).toEqual(['unreadable', 'missing'])
  expect(await find(lines.with(at, line.replace('203.0.113.7', '203.0.113.8')))).toMatchObject([
    { what: 'personal part altered', id: record.id },
  ])
  expect((await find(lines.toSpliced(seal, 1)))[0]).toMatchObject({ what: 'seals missing', seal: 2 })
  expect(await find(lines.toSpliced(seal - 1, 1))).toMatchObject([{ what: 'missing', seal: 1 }])
  expect(await verifyExportedRecord(stream(['{}', ...lines]))).toBeUndefined()
})

test('an export that ends too early is noticed by a checkpoint', async () => {
  const { world } = await openSealedWorld()
  const checkpoint = await readCheckpoint(world.platform, 'security')
  const lines = (await exportOf(world)).filter((line) => !line.includes('"number":3'))
  const checkpoints = checkpoint ? [checkpoint] : []
  expect(whatOf((await verifyLines(lines)).faults)).toEqual([])
  expect((await verifyLines(lines, { checkpoints })).faults).toMatchObject([{ what: 'seals missing', seal: 3 }])
})

test('an export of somebody else, signed by their own key, is not trusted', async () => {
  const { world } = await openSealedWorld()
  const lines = await exportOf(world)
  const found = await verifyLines(lines, { keys: ['the thumbprint of another'] })
  expect(new Set(whatOf(found.faults))).toEqual(new Set(['untrusted key']))
})

test('once personal parts are destroyed, the record verifies as before, in the database and in an export', async () => {
  const { world } = await openSealedWorld()
  await sealAll(world)
  world.advance(400 * 24 * 3600)
  await keepHouse(world, destroyOldPersonalParts)
  const found = await verify(world)
  expect(found).toMatchObject({ faults: [], unsealed: 0, destroyed: (await recordsOf(world)).length })
  expect(await verifyLines(await exportOf(world))).toEqual(found)
})

test('each record that is sealed is proved by a few digests, and no other record is by the same', async () => {
  const { world } = await openSealedWorld()
  const { keys } = await verify(world)
  const trust = { issuer: world.config.BASE_URL, keys: new Set(keys) }
  const records = await recordsOf(world)
  for (const { id } of records.slice(0, -1)) {
    const proof = await proveRecord(operatorOf(world), id)
    expect(proof.record.id).toBe(id)
    expect(await verifyInclusion(proof, trust)).toBeNull()
    const forged = { ...proof, record: { ...proof.record, type: 'another' } }
    expect(await verifyInclusion(forged, trust)).toBe('another record')
    expect(await verifyInclusion(proof, { ...trust, keys: new Set() })).toBe('untrusted key')
    expect(await verifyInclusion(proof, { ...trust, issuer: 'https://another.example' })).toBe('another issuer')
    const statement = proof.seal.statement.replace(/.{8}$/, 'AAAAAAAA')
    expect(await verifyInclusion({ ...proof, seal: { ...proof.seal, statement } }, trust)).toBe('wrong signature')
    expect(await verifyInclusion({ ...proof, seal: { ...proof.seal, statement: 'x' } }, trust)).toBe('unreadable')
  }
  await expect(proveRecord(operatorOf(world), String(records.at(-1)?.id))).rejects.toThrow('not sealed')
  await expect(proveRecord(operatorOf(world), crypto.randomUUID())).rejects.toThrow('no such resource')
})
