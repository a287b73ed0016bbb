import { fileTypes } from '#core/bulk-operations'
import type { JobContext } from '#core/context'
import type { OperationRow } from '../bulk/operation-contract'
import type { RunPart } from '../bulk/run-bulk-operation'
import { writeExportPart } from '../bulk/write-export-part'
import { advanceHorizon } from './advance-horizon'
import { Retention } from './contract'
import { KeptRequest } from './export-contract'
import { type ExportCursor, readExportCursor, writeExportCursor } from './export-cursor'
import { headerLine } from './export-lines'
import { filterValues } from './filter-values'
import { firstIdOf } from './first-id-of'
import { listSealingKeys } from './list-sealing-keys'
import { type AskedRecords, readExportStep } from './read-export-step'
import { thumbprintOf } from './seal-statement'
import { writeExportedRows } from './write-exported-rows'

const open = async (ctx: JobContext, request: KeptRequest): Promise<AskedRecords> => {
  const { retention, ...narrower } = request.filter
  return {
    request,
    filter: filterValues(request.filter),
    retentions: retention ? [retention] : Retention.options,
    isWhole: request.format === 'ndjson' && Object.values(narrower).every((asked) => asked === undefined),
    horizon: await advanceHorizon(ctx),
  }
}

const writeHeader = async (ctx: JobContext, { retentions, request }: AskedRecords): Promise<string> => {
  if (request.format !== 'ndjson') return ''
  const keys = (await listSealingKeys(ctx)).map(thumbprintOf)
  const exportedAt = ctx.clock.now().toISOString()
  return `${headerLine({ version: 1, issuer: ctx.config.BASE_URL, retentions, keys, exportedAt })}\n`
}

/** The cursor as operations keep it, which says how far the export is by the moment that it looks made at. */
const keep = (cursor: ExportCursor, { request, retentions, horizon }: AskedRecords): string => {
  if ('afterId' in cursor) return cursor.afterId
  const { at, after } = cursor
  const share = (at + (horizon > 0 ? Math.min(Math.max(after, 0) / horizon, 1) : 0)) / retentions.length
  return writeExportCursor({ at, after: Math.max(after, 0) }, request.begins + (request.ends - request.begins) * share)
}

/**
 * Opens an export of the audit record; gives what writes the next part of its file: records as far as the record is
 * complete, each retention by itself and, where all of it is meant, its seals. Throws `blobs-unavailable`.
 */
export async function openRecordExport(ctx: JobContext, { options }: OperationRow): Promise<RunPart> {
  const asked = await open(ctx, KeptRequest.parse(options.records))
  const { format, personal: isPersonal } = asked.request
  return async (operation, isLastOfRun) => {
    const { lastUserId: kept } = operation
    const cursor = kept === null ? { afterId: firstIdOf(0) } : readExportCursor(kept)
    const { next, rows, seals } = await readExportStep(ctx, asked, cursor)
    const header = kept === null ? await writeHeader(ctx, asked) : ''
    const part = {
      text: header + writeExportedRows({ rows, seals }, { format, isPersonal }),
      mediaType: fileTypes[format],
      count: rows.length,
      lastId: next && keep(next, asked),
      isLast: next === null,
    }
    return writeExportPart(ctx, operation, part, isLastOfRun)
  }
}
