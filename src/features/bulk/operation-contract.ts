import * as z from 'zod'
import {
  type AuditFormat,
  auditFormats,
  type ExportField,
  type Format as FileFormat,
  formats,
  type Kind,
  kinds,
  type State,
  states,
} from '#core/bulk-operations'
import { PageQuery } from '#core/pagination'
import { uuidDigits } from '#core/token-bytes'
import type { GroupChanges, UserFilter } from './contract'

const instant = z.iso.datetime()
const nullableInstant = instant.nullable()

export const Operation = z
  .object({
    id: z.uuid(),
    kind: z.enum(kinds),
    state: z.enum(states),
    dryRun: z.boolean(),
    format: z.enum([...formats, ...auditFormats]).nullable(),
    rowsTotal: z.int().nullable().meta({ description: 'Null as long as nobody has counted.' }),
    rowsDone: z.int(),
    rowsFailed: z.int(),
    percent: z.int(),
    requestedBy: z.uuid().nullable(),
    createdAt: instant,
    startedAt: nullableInstant,
    finishedAt: nullableInstant,
    failure: z.string().nullable().meta({ description: 'Why it failed: a word.' }),
  })
  .meta({ id: 'Operation' })
export type Operation = z.output<typeof Operation>

export const OperationAnswer = z.object({ operation: Operation }).meta({ id: 'OperationAnswer' })
export type OperationAnswer = z.output<typeof OperationAnswer>

export const OperationParams = z.strictObject({ id: z.uuid() })

export const OperationError = z
  .object({
    row: z.int().meta({ description: 'Which row of the file, the first being 1, or which of the accounts.' }),
    pointer: z.string().meta({ description: 'What of it.', example: '/email' }),
    code: z.string().meta({ example: 'email_taken' }),
    message: z.string(),
  })
  .meta({ id: 'OperationError' })
export type OperationError = z.output<typeof OperationError>

export const ErrorQuery = PageQuery.extend({
  cursor: z
    .string()
    .regex(/^\d{1,9}\.(\/.{0,300})?$/)
    .optional()
    .meta({ description: 'Where the page before ended.' }),
})
export type ErrorQuery = z.output<typeof ErrorQuery>

export const ErrorPage = z
  .object({ items: z.array(OperationError), nextCursor: z.string().nullable() })
  .meta({ id: 'OperationErrors' })
export type ErrorPage = z.output<typeof ErrorPage>

/** What was asked for, as it is kept. */
export interface Options {
  format?: FileFormat
  /** Of the file. */
  bytes?: number
  fields?: ExportField[]
  filter?: UserFilter
  ids?: string[]
  changes?: GroupChanges
  /** Of an export of the audit record. Which records are meant, whoever runs it reads; from when to when, in milliseconds since 1970. */
  records?: { format: AuditFormat; filter: unknown; personal: boolean; begins: number; ends: number }
}

/** A row of the table. */
export interface OperationRow {
  id: string
  kind: Kind
  state: State
  isDryRun: boolean
  options: Options
  requestedBy: string | null
  byteOffset: number
  /** The last account that it came to or, of the audit record, the last record. */
  lastUserId: string | null
  rowsTotal: number | null
  rowsDone: number
  rowsFailed: number
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  failure: string | null
}

/** The time that a record was made, as its id has it (RFC 9562, section 5.7). */
const timeOf = (recordId: string): number => Number.parseInt(uuidDigits(recordId).slice(0, 12), 16)

/** How far it is, and how far it goes: in bytes of a file that is read, in the time that records span, in accounts else. */
const stretchOf = ({ kind, options, byteOffset, lastUserId, ...row }: OperationRow): [part: number, whole: number] => {
  if (kind === 'import') return [byteOffset, options.bytes ?? 0]
  if (!options.records) return [row.rowsDone + row.rowsFailed, row.rowsTotal ?? 0]
  const { begins, ends } = options.records
  return [lastUserId === null ? 0 : Math.max(0, timeOf(lastUserId) - begins), ends - begins]
}

/** Never 100 before the end. */
const percentOf = (row: OperationRow): number => {
  if (row.state === 'finished') return 100
  const [part, whole] = stretchOf(row)
  return whole <= 0 ? 0 : Math.min(99, Math.floor((part / whole) * 100))
}

/** How its file has its rows, if it has one. */
export const formatOf = ({ format, records }: Options): FileFormat | AuditFormat | null =>
  format ?? records?.format ?? null

export const toOperation = (row: OperationRow): Operation => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  dryRun: row.isDryRun,
  format: formatOf(row.options),
  rowsTotal: row.rowsTotal,
  rowsDone: row.rowsDone,
  rowsFailed: row.rowsFailed,
  percent: percentOf(row),
  requestedBy: row.requestedBy,
  createdAt: row.createdAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  finishedAt: row.finishedAt?.toISOString() ?? null,
  failure: row.failure,
})
