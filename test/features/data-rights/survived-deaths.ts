import { expect } from 'bun:test'
import { decodeJwt } from 'jose'
import * as z from 'zod'
import { eraseAccount } from '#features/data-rights/erase-account'
import { exportData } from '#features/data-rights/export-data'
import type { World } from '../../platform'
import { openProvedWorld } from '../authenticators/second-factors'
import { dumpDatabase } from './canaries'
import { diesAfter, mortalContext } from './deaths'
import { closeAccount } from './rights'

const graceSeconds = 2_592_000

const Receipts = z.tuple([z.object({ receipt: z.string(), counts: z.record(z.string(), z.number()) })])

/** Someone whose grace period is over, with a blob. */
const openClosedWorld = async () => {
  const { world, session } = await openProvedWorld({ RATE_LIMITS: 'on' })
  const key = `avatars/${session.user.id}`
  world.blobs.files.set(key, { bytes: new Uint8Array(3), contentType: 'image/webp' })
  await world.db.run(
    "insert into blob (key, user_id, kind, created_at) values ($1, $2, 'avatar', $3)",
    [key, session.user.id, world.clock.now()],
    'objects',
  )
  const { id } = await closeAccount(world, session.accessToken)
  world.advance(graceSeconds)
  return { world, erasureId: id, email: session.user.email }
}

/** Erases an account by a worker that dies after so many effects and, if it did, by one that lives. */
const eraseThrough = async (effects: number) => {
  const { world, erasureId, email } = await openClosedWorld()
  const erase = (effects: number) =>
    diesAfter((ctx) => eraseAccount(ctx, { erasureId }), mortalContext(world, erasureId, effects))
  const died = await erase(effects)
  if (died) expect(await erase(Number.POSITIVE_INFINITY)).toBe(false)
  return { died, world, erasureId, email }
}

const receiptIn = async (world: World) => {
  const [{ receipt, counts }] = Receipts.parse(await world.db.run('select receipt, counts from erasure', [], 'objects'))
  // A store without transactions can’t say again what it did for a worker that died before it noted it.
  const { counters: _, ...others } = counts
  return { others, told: z.object({ database: z.unknown() }).parse(decodeJwt(receipt).stores).database }
}

/**
 * Erases accounts by workers of which each dies after some effects, `stride` more each time; another one goes on. What
 * comes of it is compared with an erasure without a death. @returns how many died
 */
export const surviveErasures = async (stride: number): Promise<number> => {
  const whole = await receiptIn((await eraseThrough(Number.POSITIVE_INFINITY)).world)
  expect(whole.others).toMatchObject({ blobs: 1, mails: 1, 'database/user': 1, 'database/session': 2 })
  for (let deaths = 0; ; deaths += 1) {
    const effects = 1 + deaths * stride
    const { died, world, erasureId, email } = await eraseThrough(effects)
    if (!died) return deaths
    expect({ effects, ...(await receiptIn(world)) }).toEqual({ effects, ...whole })
    const mails = world.outbox.filter(({ template }) => template === 'account-erased')
    expect(new Set(mails.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set([erasureId]))
    expect(world.blobs.files.size).toBe(0)
    expect(await dumpDatabase(world)).not.toContain(email)
  }
}

/** The same of exports: there is one archive and one mail. @returns how many died */
export const surviveExports = async (stride: number): Promise<number> => {
  for (let deaths = 0; ; deaths += 1) {
    const effects = 1 + deaths * stride
    const { world, session } = await openProvedWorld()
    const { body } = await world.send('POST /v1/me/export', { token: session.accessToken })
    const { id: exportId } = z.object({ id: z.string() }).parse(body)
    const payload = { userId: session.user.id, exportId }
    const died = await diesAfter((ctx) => exportData(ctx, payload), mortalContext(world, exportId, effects))
    // The job is worked again by another one.
    await world.settle()
    const state = await world.send('GET /v1/me/export', { token: session.accessToken })
    expect({ effects, body: state.body }).toMatchObject({ effects, body: { id: exportId, state: 'ready' } })
    expect([...world.blobs.files.keys()]).toEqual([`exports/${exportId}.zip`])
    expect(world.outbox.filter(({ template }) => template === 'data-export-ready').length).toBe(1)
    if (!died) return deaths
  }
}
