import * as z from 'zod'

const id = z.uuid({ version: 'v7' })

/** What the wire has of the audit record. */
export const AuditRecord = z.strictObject({
  id,
  position: z.int().nullable(),
  occurredAt: z.iso.datetime(),
  type: z.string(),
  outcome: z.enum(['done', 'refused', 'failed']),
  retention: z.enum(['security', 'activity']),
  actor: z.strictObject({
    kind: z.enum(['anonymous', 'user', 'machine', 'system']),
    id: z.string().nullable(),
    credential: z.string().nullable(),
  }),
  userId: id.nullable(),
  sessionId: id.nullable(),
  requestId: z.string(),
  traceId: z.string().nullable(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  place: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  sealed: z.int().nullable(),
})

export const AuditPage = z.strictObject({ items: z.array(AuditRecord), nextCursor: id.nullable() })
export type AuditPage = z.output<typeof AuditPage>

/** An operation, as far as an export of the record shows it. */
export const OperationAnswer = z.object({
  operation: z.object({ id, kind: z.string(), state: z.string(), format: z.string().nullable(), percent: z.int() }),
})
