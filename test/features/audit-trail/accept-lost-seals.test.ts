import { expect, test } from 'bun:test'
import { acceptLostSeals, type LostSeals } from '#features/audit-trail/accept-lost-seals'
import { checkpointKeys, lostCheckpointKey } from '#features/audit-trail/seal-names'
import { completed } from '#features/jobs/contract'
import { keepHouse } from '../jobs/housekeeping'
import { logIn } from '../people'
import { openSealedWorld, sealAll, verify } from './sealed-world'

const textOf = async (world: Awaited<ReturnType<typeof openSealedWorld>>['world'], key: string) => {
  const blob = await world.platform.blobs.get(key)
  return blob && new Response(blob.body).text()
}

test('after a restore the lost seals are missed, then accepted: kept as evidence, recorded, and the chain goes on', async () => {
  const { world } = await openSealedWorld()
  const { newest } = checkpointKeys('security', '')
  const accept = async () => {
    let accepted: LostSeals[] = []
    await keepHouse(world, async (ctx) => {
      accepted = await acceptLostSeals(ctx)
      return completed
    })
    return accepted
  }
  expect(await accept()).toEqual([])

  // What a restore does: the database knows three seals, and the blob store remembers a fourth.
  const known = JSON.parse(String(await textOf(world, newest)))
  const later = JSON.stringify({ ...known, number: 4, statement: `${known.statement}x` })
  await world.platform.blobs.put(newest, new TextEncoder().encode(later), 'application/json')
  expect((await verify(world)).faults).toMatchObject([{ what: 'seals missing', retention: 'security' }])

  expect(await accept()).toEqual([{ retention: 'security', kept: 3, lost: 4 }])
  expect(await accept()).toEqual([])
  expect(await textOf(world, lostCheckpointKey('security', 4))).toBe(later)
  expect((await verify(world)).faults).toEqual([])
  const recorded = await world.db.run(`select data from audit_event where type = 'audit.seals_lost'`, [], 'objects')
  expect(recorded).toEqual([{ data: { retention: 'security', kept: 3, lost: 4 } }])

  await logIn(world)
  await sealAll(world)
  expect(JSON.parse(String(await textOf(world, newest))).number).toBe(4)
  expect(await verify(world)).toMatchObject({ faults: [], unsealed: 0 })
})
