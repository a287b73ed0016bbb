import * as z from 'zod'
import { instant } from '#core/instant'

export const DataExport = z
  .object({
    id: z.uuid(),
    state: z.enum(['queued', 'running', 'ready', 'delivered', 'expired']).meta({
      description: '`ready`: the link is mailed. `expired`: it waited too long, or a newer one took its place.',
    }),
    partsDone: z.int().meta({ description: 'Parts that are in the archive so far.' }),
    partsTotal: z.int().meta({ description: '0 until it is begun.' }),
    requestedAt: instant,
    finishedAt: instant.nullable(),
    expiresAt: instant.nullable().meta({ description: 'Until when the link works.' }),
    deliveredAt: instant.nullable(),
  })
  .meta({ id: 'DataExport', description: 'A copy of everything that is kept of the caller.' })
export type DataExport = z.output<typeof DataExport>

/** What the queries of exports select. */
export interface ExportRow {
  id: string
  state: DataExport['state']
  partsDone: number
  partsTotal: number
  requestedAt: Date
  finishedAt: Date | null
  expiresAt: Date | null
  deliveredAt: Date | null
}

export const toDataExport = (row: ExportRow): DataExport => ({
  id: row.id,
  state: row.state,
  partsDone: row.partsDone,
  partsTotal: row.partsTotal,
  requestedAt: row.requestedAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt?.toISOString() ?? null,
  deliveredAt: row.deliveredAt?.toISOString() ?? null,
})

export const AccountErasure = z
  .object({
    id: z.uuid(),
    state: z.enum(['waiting', 'cancelled', 'running', 'finished']),
    requestedAt: instant,
    dueAt: instant.meta({ description: 'Until then it can be taken back by the mailed link.' }),
    finishedAt: instant.nullable(),
    receiptUrl: z
      .string()
      .meta({ description: 'Shows this, without an account. Keep it: it is told here and by mail.' }),
    receipt: z.string().nullable().meta({
      description: 'Once it is finished: a JWS, signed by a key of our key set, over what was erased in which store.',
    }),
  })
  .meta({ id: 'AccountErasure' })
export type AccountErasure = z.output<typeof AccountErasure>

export const ErasureAnswer = z.object({ erasure: AccountErasure }).meta({ id: 'ErasureAnswer' })
export type ErasureAnswer = z.output<typeof ErasureAnswer>

/** What the queries of erasures select. */
export interface ErasureRow {
  id: string
  userId: string
  requestedAt: Date
  dueAt: Date
  cancelledAt: Date | null
  begunAt: Date | null
  finishedAt: Date | null
  counts: Record<string, number>
  receipt: string | null
}

const stateOf = ({ cancelledAt, begunAt, finishedAt }: ErasureRow): AccountErasure['state'] => {
  if (cancelledAt) return 'cancelled'
  if (finishedAt) return 'finished'
  return begunAt ? 'running' : 'waiting'
}

export const toAccountErasure = (row: ErasureRow, receiptUrl: string): AccountErasure => ({
  id: row.id,
  state: stateOf(row),
  requestedAt: row.requestedAt.toISOString(),
  dueAt: row.dueAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
  receiptUrl,
  receipt: row.receipt,
})

export const ReceiptParams = z.strictObject({ token: z.string().max(128) })
