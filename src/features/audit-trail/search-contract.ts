import * as z from 'zod'
import { toCanonicalAddress } from '#core/network'
import { PageQuery } from '#core/pagination'
import { typesMeantBy } from './types-meant-by'

const printable = /^[\x21-\x7e]+$/
const instant = z.iso.datetime({ offset: true })

/** Which records are meant: those that fulfil all of it. */
export const AuditFilter = z
  .strictObject({
    type: z
      .string()
      .max(1000)
      .refine((text) => text.split(',').every((term) => typesMeantBy(term).length > 0), {
        error: 'There is no such event.',
        params: { code: 'unknown_type' },
      })
      .optional()
      .meta({ description: 'Events, or how they begin up to a dot, between commas.', example: 'login.,session.ended' }),
    actorId: z.string().regex(printable).max(100).optional().meta({
      description: 'Who did it: the id of an account or an API key, or the name of a job.',
    }),
    userId: z.uuid().optional().meta({ description: 'Whom it happened to.' }),
    outcome: z.enum(['done', 'refused', 'failed']).optional(),
    requestId: z.string().regex(printable).max(200).optional(),
    traceId: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .optional(),
    ipAddress: z
      .string()
      .max(100)
      .refine((text) => toCanonicalAddress(text) !== undefined, { error: 'This is no address.' })
      .optional()
      .meta({ description: 'The whole address. It is found for as long as records keep it.' }),
    from: instant.optional().meta({ description: 'At this instant or later.' }),
    to: instant.optional().meta({ description: 'Before this instant.' }),
    organizationId: z.uuid().optional().meta({ description: 'What a record says of an organization.' }),
    retention: z.enum(['security', 'activity']).optional(),
  })
  .meta({ id: 'AuditFilter' })
export type AuditFilter = z.output<typeof AuditFilter>

export const AuditQuery = PageQuery.extend(AuditFilter.shape)
export type AuditQuery = z.output<typeof AuditQuery>

export const AuditParams = z.strictObject({ id: z.uuid() })

export const RecordView = z
  .object({
    id: z.uuid(),
    position: z.int().nullable().meta({ description: 'Its place in the record. Of older builds there is none.' }),
    occurredAt: z.iso.datetime(),
    type: z.string().meta({ example: 'login.failed' }),
    outcome: z.enum(['done', 'refused', 'failed']),
    retention: z.enum(['security', 'activity']).meta({ description: 'For how long it is kept.' }),
    actor: z.object({
      kind: z.enum(['anonymous', 'user', 'machine', 'system']),
      id: z.string().nullable(),
      credential: z.string().nullable().meta({ description: 'Of a session or an API key, by its id.' }),
    }),
    userId: z.uuid().nullable().meta({ description: 'Whom it happened to.' }),
    sessionId: z.uuid().nullable(),
    requestId: z.string(),
    traceId: z.string().nullable(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    place: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    sealed: z.int().nullable().meta({ description: 'The number of the seal that it is under, in its retention.' }),
  })
  .meta({ id: 'AuditRecord' })
export type RecordView = z.output<typeof RecordView>

export const AuditPage = z
  .object({
    items: z.array(RecordView),
    nextCursor: z.uuid().nullable().meta({ description: 'Also after a page that is not full: there may be more.' }),
  })
  .meta({ id: 'AuditPage' })
export type AuditPage = z.output<typeof AuditPage>

/** A record as statements give it. */
export interface RecordViewRow {
  id: string
  position: number | null
  occurredAt: Date
  type: string
  outcome: RecordView['outcome']
  retention: RecordView['retention']
  actorKind: RecordView['actor']['kind']
  actorId: string | null
  credential: string | null
  userId: string | null
  sessionId: string | null
  requestId: string
  traceId: string | null
  ipAddress: string | null
  userAgent: string | null
  place: string | null
  data: Record<string, unknown>
  sealed: number | null
}

export const toRecordView = ({
  occurredAt,
  actorKind: kind,
  actorId: id,
  credential,
  ...row
}: RecordViewRow): RecordView => ({
  id: row.id,
  position: row.position,
  occurredAt: occurredAt.toISOString(),
  type: row.type,
  outcome: row.outcome,
  retention: row.retention,
  actor: { kind, id, credential },
  userId: row.userId,
  sessionId: row.sessionId,
  requestId: row.requestId,
  traceId: row.traceId,
  ipAddress: row.ipAddress,
  userAgent: row.userAgent,
  place: row.place,
  data: row.data,
  sealed: row.sealed,
})
