import { advanceHorizon } from '#features/audit-trail/advance-horizon'
import { SealClaims } from '#features/audit-trail/contract'
import { maintainAuditRecord } from '#features/audit-trail/maintain-audit-record'
import { sealAuditRecord } from '#features/audit-trail/seal-audit-record'
import { verifyStoredRecord } from '#features/audit-trail/verify-stored-record'
import { openWorld, type World } from '../../platform'
import { keepHouse } from '../jobs/housekeeping'
import { logIn, refresh, registerAndLogIn } from '../people'

/** Seals what is complete. */
export const sealOnce = (world: World) => keepHouse(world, sealAuditRecord)

/** Until the whole record is complete: transactions of others on the server may hold the horizon for a while. */
export const completeRecord = async (world: World): Promise<void> => {
  const [row] = await world.db.run('select max(position)::float8 as last from audit_event', [], 'objects')
  const last = Number(Object(row).last ?? 0)
  for (const giveUpAt = Date.now() + 20_000; (await advanceHorizon(operatorOf(world))) < last; await Bun.sleep(20)) {
    if (Date.now() > giveUpAt) throw new Error('The record stays incomplete.')
  }
}

/** Seals all of it. */
export const sealAll = async (world: World) => {
  await completeRecord(world)
  return sealOnce(world)
}

export const maintain = (world: World) => keepHouse(world, maintainAuditRecord)

/** The operator of a world. */
export const operatorOf = (world: World) => world.contextOf({ kind: 'system', job: 'postern audit' })

export const verify = (world: World, given?: Parameters<typeof verifyStoredRecord>[1]) =>
  verifyStoredRecord(operatorOf(world), given)

/** An account whose record has events of both kinds, in three seals of each, and a few that are not sealed yet. */
export const openSealedWorld = async () => {
  const world = await openWorld()
  let tokens = await registerAndLogIn(world)
  for (let seals = 0; seals < 3; seals += 1) {
    for (let more = 0; more < 2; more += 1) {
      await logIn(world)
      tokens = { ...tokens, ...(await refresh(world, tokens)) }
      world.advance(60)
    }
    await sealAll(world)
  }
  const { accessToken } = await logIn(world)
  return { world, userId: tokens.user.id, accessToken }
}

export interface Sealed {
  id: string
  position: number
  retention: string
  type: string
}

/** The records, by their positions. */
export const recordsOf = async (world: World): Promise<Sealed[]> => {
  const text = 'select id, position::float8 as position, retention, type from audit_event order by audit_event.position'
  return (await world.db.run(text, [], 'objects')) as Sealed[]
}

export interface Seal
  extends Pick<SealClaims, 'retention' | 'number' | 'month' | 'count' | 'firstPosition' | 'lastPosition'> {
  statement: string
}

/** The seals with what they say. */
export const sealsOf = async (world: World): Promise<Seal[]> => {
  const rows = await world.db.run('select statement from audit_seal order by retention, number', [], 'arrays')
  return rows.flat().map((statement) => {
    const payload = Buffer.from(String(statement).split('.')[1] ?? '', 'base64url').toString()
    return { ...SealClaims.parse(JSON.parse(payload)), statement: String(statement) }
  })
}
