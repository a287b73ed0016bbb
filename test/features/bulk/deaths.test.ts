import { expect, test } from 'bun:test'
import * as z from 'zod'
import { runBulkOperation } from '#features/bulk/run-bulk-operation'
import type { World } from '../../platform'
import { diesAfter, mortalContext } from '../data-rights/deaths'
import { addressesIn, importFile, lines, openStaffWorld, operationIn, sendFile, showOf } from './operators'

const people = Array.from({ length: 1100 }, (_, at) => ({ email: `person-${at}@example.com`, locale: 'en' }))
const timeoutMs = 60_000

const Counts = z.tuple([z.object({ count: z.int() })])

const countOf = async (world: World, text: string): Promise<number> =>
  Counts.parse(await world.db.run(`select count(*)::integer as count ${text}`, [], 'objects'))[0].count

/**
 * Works an operation by workers of which each dies after one effect more than the one before, and then by one that lives.
 * @param ask asks for one, in a new world. @param check looks at what came of it. @returns how many died
 */
const surviveDeaths = async (
  ask: (world: World, token: string) => Promise<string>,
  check: (world: World, token: string, id: string) => Promise<void>,
): Promise<number> => {
  for (let effects = 1; ; effects += 1) {
    const { world, token } = await openStaffWorld()
    const operationId = await ask(world, token)
    const work = (ctx: Parameters<typeof runBulkOperation>[0]) => runBulkOperation(ctx, { operationId })
    const died = await diesAfter(work, mortalContext(world, operationId, effects))
    await world.settle()
    await check(world, token, operationId)
    if (!died) return effects - 1
  }
}

test(
  'a worker that dies after any step of an import leaves one that makes everybody once',
  async () => {
    const deaths = await surviveDeaths(
      async (world, token) => operationIn(await sendFile(world, token, lines(...people, { email: 'no' }))).id,
      async (world, token, id) => {
        expect(await showOf(world, token, { id })).toMatchObject({ state: 'finished', rowsDone: 1100, rowsFailed: 1 })
        expect((await addressesIn(world)).length).toBe(1100)
        expect(await countOf(world, `from audit_event where type = 'account.created'`)).toBe(1100)
        expect(await countOf(world, 'from bulk_error')).toBe(1)
      },
    )
    expect(deaths).toBeGreaterThan(4)
  },
  timeoutMs,
)

test(
  'a worker that dies after any step of an export leaves one that writes everybody once',
  async () => {
    const deaths = await surviveDeaths(
      async (world, token) => {
        await importFile(world, token, lines(...people))
        return operationIn(
          await world.send('POST /v1/admin/exports', { token, json: { format: 'csv', fields: ['email'] } }),
        ).id
      },
      async (world, token, id) => {
        const { text } = await world.send(`GET /v1/admin/operations/${id}/file`, { token })
        const found = text.trimEnd().split('\r\n')
        expect(found.length).toBe(1102)
        expect(new Set(found).size).toBe(1102)
      },
    )
    expect(deaths).toBeGreaterThan(6)
  },
  timeoutMs,
)

test(
  'a worker that dies after any step of an update leaves one that changes everybody once',
  async () => {
    const deaths = await surviveDeaths(
      async (world, token) => {
        await importFile(world, token, lines(...people.slice(0, 350)))
        const filter = { emailVerified: false }
        const json = { action: 'update', filter, changes: { locale: 'de' } }
        return operationIn(await world.send('POST /v1/admin/users/bulk', { token, json })).id
      },
      async (world, token, id) => {
        expect(await showOf(world, token, { id })).toMatchObject({ state: 'finished', rowsDone: 351, rowsFailed: 0 })
        expect(await countOf(world, `from "user" where locale = 'de'`)).toBe(351)
        expect(await countOf(world, `from audit_event where type = 'account.updated'`)).toBe(351)
      },
    )
    expect(deaths).toBeGreaterThan(8)
  },
  timeoutMs,
)
