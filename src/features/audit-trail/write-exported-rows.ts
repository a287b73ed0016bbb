import type { StoredSeal } from './contract'
import { recordLine, sealLine } from './export-lines'
import type { ExportedRow } from './export-queries'
import { toAuditRecord } from './to-audit-record'
import { writeCef } from './write-cef'

export interface WrittenStretch {
  rows: ExportedRow[]
  /** In order, each after the records up to `lastPosition`. */
  seals: (StoredSeal & { lastPosition: number })[]
}

const writeRecord = {
  ndjson: (row: ExportedRow, isPersonal: boolean): string => {
    const { ipAddress, userAgent, place, salt } = row
    return recordLine(toAuditRecord(row), isPersonal ? { ipAddress, userAgent, place, salt } : undefined)
  },
  cef: ({ actorKind: kind, actorId: id, credential, ...row }: ExportedRow, isPersonal: boolean): string =>
    writeCef({
      ...row,
      ...(!isPersonal && { ipAddress: null, userAgent: null, place: null }),
      occurredAt: row.occurredAt.toISOString(),
      actor: { kind, id, credential },
    }),
}

/** Lines of an export: records, and each seal after what it covers. @param isPersonal whether addresses and the like go along */
export const writeExportedRows = (
  { rows, seals }: WrittenStretch,
  { format, isPersonal }: { format: keyof typeof writeRecord; isPersonal: boolean },
): string => {
  const lines: string[] = []
  let next = 0
  const writeUpTo = (position: number) => {
    for (; next < rows.length; next += 1) {
      const row = rows[next]
      if (!row || (row.position ?? 0) > position) return
      lines.push(writeRecord[format](row, isPersonal))
    }
  }
  for (const { lastPosition, ...seal } of seals) {
    writeUpTo(lastPosition)
    lines.push(sealLine(seal))
  }
  writeUpTo(Number.MAX_SAFE_INTEGER)
  return lines.map((line) => `${line}\n`).join('')
}
