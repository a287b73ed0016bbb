import type { AuditRecord } from './contract'
import type { RecordRow } from './record-fragments'

/** A record as it is sealed. */
export const toAuditRecord = (row: RecordRow): AuditRecord => ({
  position: row.position,
  id: row.id,
  occurredAt: row.occurredAt.toISOString(),
  type: row.type,
  retention: row.retention,
  outcome: row.outcome,
  actorKind: row.actorKind,
  actorId: row.actorId,
  credential: row.credential,
  userId: row.userId,
  sessionId: row.sessionId,
  requestId: row.requestId,
  traceId: row.traceId,
  personalDigest: row.personalDigest,
  data: row.data,
})
