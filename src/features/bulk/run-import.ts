import type { JobContext } from '#core/context'
import { eventValues } from '../audit/event-values'
import { addressIn, checkRow, type ImportRow } from './check-row'
import { type ImportedRow, importPart } from './import-queries'
import { type ImportFile, openImportFile, type UnreadableFile } from './open-import-file'
import type { OperationRow } from './operation-contract'
import { listFaultyRows } from './operation-queries'
import { partValues } from './part-values'

/**
 * The addresses of the rows before, for a dry run, which leaves no accounts that would tell. What was wrong with rows is
 * kept, so that none is checked again.
 */
const findSeen = async (ctx: JobContext, file: ImportFile, operation: OperationRow): Promise<Set<string>> => {
  const seen = new Set<string>()
  if (!operation.isDryRun || operation.byteOffset === 0) return seen
  const faulty = new Set((await listFaultyRows(ctx.db, { operationId: operation.id })).map(({ row }) => row))
  let row = 0
  for (let at = 0; at < operation.byteOffset; ) {
    const { records, to } = await file.readPart(at)
    for (const record of records) {
      row += 1
      const email = faulty.has(row) ? undefined : addressIn(record, file.columns)
      if (email !== undefined) seen.add(email)
    }
    at = to
  }
  return seen
}

const toImported = (ctx: JobContext, row: number, now: Date, imported: ImportRow): ImportedRow => ({
  row,
  id: ctx.ids.next(),
  eventId: ctx.ids.next(),
  email: imported.email,
  emailVerified: imported.emailVerified ?? false,
  name: imported.name ?? null,
  bio: imported.bio ?? null,
  phone: imported.phone ?? null,
  address: imported.address ?? null,
  locale: imported.locale ?? null,
  timeZone: imported.timeZone ?? null,
  website: imported.website ?? null,
  attributes: imported.attributes ?? {},
  passwordHash: imported.passwordHash ?? null,
  createdAt: imported.createdAt ?? now.toISOString(),
})

/** Works off the next part of an import; undefined when it was somebody else's, or the import is over. */
const runPart = async (
  ctx: JobContext,
  file: ImportFile,
  operation: OperationRow,
  seen: Set<string>,
  isLastOfRun: boolean,
) => {
  const { records, to, isLast } = await file.readPart(operation.byteOffset)
  // Of them it says nothing who asked: nobody imported is to see from where.
  const event = { ...eventValues(ctx), ipAddress: null, userAgent: null, place: null }
  const firstRow = operation.rowsDone + operation.rowsFailed + 1
  const own = operation.isDryRun ? seen : new Set<string>()
  const rows: ImportedRow[] = []
  const faults: { row: number; pointer: string; code: string; message: string }[] = []
  for (const [index, record] of records.entries()) {
    const row = firstRow + index
    const checked = checkRow(ctx, record, file.columns)
    if ('errors' in checked) faults.push(...checked.errors.map((error) => ({ ...error, row })))
    else if (own.has(checked.row.email)) {
      faults.push({ row, pointer: '/email', code: 'email_taken', message: 'A row before has this address.' })
    } else {
      own.add(checked.row.email)
      rows.push(toImported(ctx, row, event.now, checked.row))
    }
  }
  const [moved] = await importPart(ctx.db, {
    ...event,
    ...partValues(ctx, operation, { isLast, isLastOfRun }),
    from: String(operation.byteOffset),
    to: String(to),
    rows: JSON.stringify(rows),
    faults: JSON.stringify(faults),
    count: records.length,
    attributesVersion: ctx.profileSchema.version,
    joinJobId: ctx.ids.next(),
  })
  return moved
}

/** Opens an import; gives what works off its next part. */
export async function runImport(ctx: JobContext, operation: OperationRow) {
  const file = await openImportFile(ctx, operation)
  if ('failure' in file) return file satisfies UnreadableFile
  const seen = await findSeen(ctx, file, operation)
  return (at: OperationRow, isLastOfRun: boolean) => runPart(ctx, file, at, seen, isLastOfRun)
}
