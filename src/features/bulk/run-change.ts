import type { JobContext } from '#core/context'
import { isWithin, permissionsOf } from '#core/permissions'
import { eventValues } from '../audit/event-values'
import { toCurrentAttributes } from '../profiles/to-current-attributes'
import { addSeconds } from '../sessions/new-session'
import { deletePart, updatePart } from './change-queries'
import { findOwnPermissions } from './find-own-permissions'
import type { OperationRow } from './operation-contract'
import { failOperation } from './operation-queries'
import { partValues } from './part-values'
import { listTargets, lockFiltered, lockNamed, noteTotal, type TargetRow } from './user-queries'

const rowsOfPart = 200
const mostAttributeBytes = 16 * 1024

interface Fault {
  row: number
  pointer: string
  code: string
  message: string
}

/** Locks the next accounts. @returns also the ids that were asked for and lead nowhere */
const lockNext = async (ctx: JobContext, { options, lastUserId }: OperationRow) => {
  const { ids, filter = {} } = options
  if (!ids) {
    const asked = { filter: JSON.stringify(filter), now: ctx.clock.now(), after: lastUserId, limit: rowsOfPart }
    const locked = (await lockFiltered(ctx.db, asked)).map(({ id }) => id)
    return { named: locked, locked, isLast: locked.length < rowsOfPart }
  }
  const left = ids.filter((id) => lastUserId === null || id > lastUserId)
  const named = left.slice(0, rowsOfPart)
  const locked = (await lockNamed(ctx.db, { ids: JSON.stringify(named) })).map(({ id }) => id)
  return { named, locked, isLast: left.length <= rowsOfPart }
}

/** The attributes that somebody would have, in the form of today; null where they stay as they are. */
const nextAttributes = (ctx: JobContext, { options }: OperationRow, target: TargetRow) => {
  const changes = options.changes?.attributes
  if (!changes) return null
  const next = { ...toCurrentAttributes(ctx.profileSchema, target), ...changes }
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== null))
}

/** Postgres writes JSON with a space after each colon and comma: this has as many, or more. */
const isTooLarge = (value: unknown) =>
  new TextEncoder().encode(JSON.stringify(value, null, 1)).length > mostAttributeBytes

const faultOf = (
  ctx: JobContext,
  target: TargetRow | undefined,
  operation: OperationRow,
  own: string[] | 'all',
): Omit<Fault, 'row' | 'pointer'> | undefined => {
  const { kind, requestedBy } = operation
  if (!target) return { code: 'not_found', message: 'There is no such account.' }
  if (kind === 'delete' && target.id === requestedBy) {
    return { code: 'own_account', message: 'This is the account of who asked.' }
  }
  const theirs = permissionsOf(target.access.roles, target.access.permissions, ctx.config.APPLICATION_PERMISSIONS)
  if (own !== 'all' && !isWithin(theirs, own)) {
    return { code: 'target_above_own', message: 'They may do what who asked may not.' }
  }
  if (kind === 'delete' && target.ownsOthers) {
    return { code: 'owns_organizations', message: 'They own an organization with other members.' }
  }
  if (!isTooLarge(nextAttributes(ctx, operation, target))) return undefined
  return { code: 'attributes_too_large', message: 'Attributes may have 16 KiB.' }
}

const commit = (ctx: JobContext, operation: OperationRow, targets: TargetRow[], values: CommitValues) => {
  const { changes = {} } = operation.options
  if (operation.kind === 'update') {
    return updatePart(ctx.db, {
      ...values,
      targets: JSON.stringify(
        targets.map((target) => ({
          id: target.id,
          eventId: ctx.ids.next(),
          attributes: nextAttributes(ctx, operation, target),
        })),
      ),
      changes: JSON.stringify(changes),
      attributesVersion: ctx.profileSchema.version,
    })
  }
  return deletePart(ctx.db, {
    ...values,
    targets: JSON.stringify(
      targets.map(({ id }) => ({
        id,
        eventId: ctx.ids.next(),
        endedEventId: ctx.ids.next(),
        erasureId: ctx.ids.next(),
      })),
    ),
    dueAt: addSeconds(values.now, ctx.config.ERASURE_GRACE_SECONDS),
  })
}

type CommitValues = Omit<Parameters<typeof deletePart>[1], 'targets' | 'dueAt'>

/** One part, in a transaction: what somebody may do does not change between the question and the deed. */
const runPart = (platform: JobContext, operation: OperationRow, isLastOfRun: boolean) =>
  platform.db.transaction(async (db) => {
    const ctx = { ...platform, db }
    const own = await findOwnPermissions(ctx, operation)
    if (!own) {
      await failOperation(db, { ...eventValues(ctx), operationId: operation.id, failure: 'permission_lost' })
      return undefined
    }
    const { named, locked, isLast } = await lockNext(ctx, operation)
    const found = await listTargets(db, { ids: JSON.stringify(locked), now: ctx.clock.now() })
    const byId = new Map(found.map((target) => [target.id, target]))
    const firstRow = operation.rowsDone + operation.rowsFailed + 1
    const faults = named.flatMap((id, index): Fault[] => {
      const fault = faultOf(ctx, byId.get(id), operation, own)
      return fault ? [{ row: firstRow + index, pointer: `/users/${id}`, ...fault }] : []
    })
    const spared = new Set(faults.map(({ pointer }) => pointer))
    const [moved] = await commit(
      ctx,
      operation,
      found.filter(({ id }) => !spared.has(`/users/${id}`)),
      {
        // What staff did says nothing of where they were to those whom it happened to.
        ...{ ...eventValues(ctx), ipAddress: null, userAgent: null, place: null },
        ...partValues(ctx, operation, { isLast, isLastOfRun }),
        after: operation.lastUserId,
        last: named.at(-1) ?? operation.lastUserId,
        faults: JSON.stringify(faults),
        count: named.length,
      },
    )
    return moved
  })

/** Opens a change of many accounts; gives what works off its next part. */
export async function runChange(ctx: JobContext, { id: operationId, options }: OperationRow) {
  const filter = JSON.stringify(options.filter ?? {})
  const known = options.ids?.length ?? null
  await noteTotal(ctx.db, { operationId, filter, now: ctx.clock.now(), known })
  return (at: OperationRow, isLastOfRun: boolean) => runPart(ctx, at, isLastOfRun)
}
