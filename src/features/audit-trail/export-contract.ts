import * as z from 'zod'
import { auditFormats } from '#core/bulk-operations'
import { AuditFilter } from './search-contract'

export const AuditExportRequest = z
  .strictObject({
    format: z.enum(auditFormats),
    filter: AuditFilter.default({}),
    personal: z.boolean().default(false).meta({ description: 'Addresses, user agents and places go along.' }),
  })
  .meta({ id: 'AuditExportRequest' })
export type AuditExportRequest = z.output<typeof AuditExportRequest>

/** What an operation keeps of the request: the same, and from when to when, in milliseconds since 1970. */
export const KeptRequest = AuditExportRequest.extend({ begins: z.number(), ends: z.number() })
export type KeptRequest = z.output<typeof KeptRequest>
