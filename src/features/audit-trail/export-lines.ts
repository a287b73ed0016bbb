import type { CoreContext } from '#core/context'
import { type AuditRecord, type ExportHeader, type PersonalPart, Retention, type StoredSeal } from './contract'
import { listSealingKeys } from './list-sealing-keys'
import { readRecordsBefore } from './read-records-before'
import { readTrail } from './read-trail'
import type { UnplacedRecordRow, WholeRecordRow } from './seal-queries'
import { thumbprintOf } from './seal-statement'
import { toAuditRecord } from './to-audit-record'

/** The first line of an export. */
export const headerLine = (header: ExportHeader): string => JSON.stringify({ header })

/** A record as a line of an export. @param personal what can be destroyed of it, if that goes along */
export const recordLine = (record: AuditRecord, personal?: PersonalPart): string => JSON.stringify({ record, personal })

/** A seal as a line of an export, after the records that it covers. */
export const sealLine = (seal: StoredSeal): string => JSON.stringify({ seal })

export interface ExportOptions {
  retentions?: readonly Retention[]
  /** Addresses, user agents, places and their salts go along, as far as they are still there. */
  isPersonal?: boolean
}

const lineOf = (row: WholeRecordRow | UnplacedRecordRow, isPersonal: boolean): string => {
  const { ipAddress, userAgent, place, salt } = row
  return recordLine(toAuditRecord(row), isPersonal ? { ipAddress, userAgent, place, salt } : undefined)
}

/** The whole record as lines of JSON (NDJSON), which `verifyExportedRecord` verifies anywhere. See docs/audit.md. */
export async function* exportLines(
  ctx: CoreContext,
  { retentions = Retention.options, isPersonal = false }: ExportOptions = {},
): AsyncGenerator<string> {
  const keys = (await listSealingKeys(ctx)).map(thumbprintOf)
  yield headerLine({
    version: 1,
    issuer: ctx.config.BASE_URL,
    retentions: [...retentions],
    keys,
    exportedAt: ctx.clock.now().toISOString(),
  })
  for await (const page of readRecordsBefore(ctx)) {
    for (const row of page) if (retentions.includes(row.retention)) yield lineOf(row, isPersonal)
  }
  for (const retention of retentions) {
    for await (const step of readTrail(ctx, retention)) {
      if ('seal' in step) yield sealLine(step.seal)
      else for (const row of step.records) yield lineOf(row, isPersonal)
    }
  }
}
