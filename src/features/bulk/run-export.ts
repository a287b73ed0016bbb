import { exportFields, mediaTypes } from '#core/bulk-operations'
import type { JobContext } from '#core/context'
import { readAttributes } from '../profiles/read-attributes'
import type { OperationRow } from './operation-contract'
import { type ExportedRow, listExported, noteTotal } from './user-queries'
import { writeExportPart } from './write-export-part'
import { type WrittenRow, writeHeader, writeRows } from './write-rows'

const rowsOfPart = 1000

const toWritten = (ctx: JobContext, row: ExportedRow): WrittenRow => ({
  ...row,
  attributes: readAttributes(ctx, row, ['public', 'private', 'admin']),
  bannedAt: row.bannedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})

const runPart = async (ctx: JobContext, operation: OperationRow, isLastOfRun: boolean) => {
  const { byteOffset, lastUserId, options } = operation
  const { format = 'ndjson', filter = {}, fields = exportFields } = options
  const asked = { filter: JSON.stringify(filter), now: ctx.clock.now(), after: lastUserId, limit: rowsOfPart }
  const rows = await listExported(ctx.db, asked)
  const lines = writeRows(
    format,
    fields,
    rows.map((row) => toWritten(ctx, row)),
  )
  const part = {
    text: (byteOffset === 0 ? writeHeader(format, fields) : '') + lines,
    mediaType: mediaTypes[format],
    count: rows.length,
    lastId: rows.at(-1)?.id ?? null,
    isLast: rows.length < rowsOfPart,
  }
  return writeExportPart(ctx, operation, part, isLastOfRun)
}

/** Opens an export; gives what writes the next part of its file. Throws `blobs-unavailable`. */
export async function runExport(ctx: JobContext, { id: operationId, options }: OperationRow) {
  const filter = JSON.stringify(options.filter ?? {})
  await noteTotal(ctx.db, { operationId, filter, now: ctx.clock.now(), known: null })
  return (at: OperationRow, isLastOfRun: boolean) => runPart(ctx, at, isLastOfRun)
}
