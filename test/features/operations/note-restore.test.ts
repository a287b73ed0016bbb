import { expect, test } from 'bun:test'
import { noteRestore } from '#features/operations/note-restore'
import { openWorld } from '../../platform'
import { logIn, refresh, registerAndLogIn } from '../people'

const facts = { backedUpAt: '2026-11-30T19:00:00.000Z' }

test('a restore is recorded, and ends every session only where that is asked for', async () => {
  const world = await openWorld()
  const tokens = await registerAndLogIn(world)
  const operator = world.contextOf({ kind: 'system', job: 'postern restore' })
  expect(await noteRestore(operator, { ...facts, endsSessions: false })).toBe(0)
  const next = { ...tokens, ...(await refresh(world, tokens)) }

  const [{ live } = { live: 0 }] = (await world.db.run(
    'select count(*)::integer as live from session where revoked_at is null',
    [],
    'objects',
  )) as { live: number }[]
  expect(live).toBeGreaterThan(0)
  expect(await noteRestore(operator, { ...facts, endsSessions: true })).toBe(live)
  expect(refresh(world, next)).rejects.toThrow()
  await logIn(world)

  const recorded = await world.db.run(
    `select data from audit_event where type = 'database.restored' order by audit_event.position`,
    [],
    'objects',
  )
  expect(recorded).toEqual([{ data: { ...facts, sessionsEnded: 0 } }, { data: { ...facts, sessionsEnded: live } }])
})
