import { type SQL, sql } from 'drizzle-orm'
import { stateOfPersonalPart } from '../audit/fragments'

/** A record as a row: see `toAuditRecord`. */
export interface RecordRow {
  position: number | null
  id: string
  occurredAt: Date
  type: string
  retention: 'security' | 'activity'
  outcome: 'done' | 'refused' | 'failed'
  actorKind: string
  actorId: string | null
  credential: string | null
  userId: string | null
  sessionId: string | null
  requestId: string
  traceId: string | null
  personalDigest: string | null
  data: Record<string, unknown>
}

/** What can be destroyed of it. */
export interface PersonalRow {
  ipAddress: string | null
  userAgent: string | null
  place: string | null
  salt: string | null
}

/** What a seal covers of a record, as columns of `audit_event`. */
export const recordColumns: SQL = sql.raw(
  [
    'position::float8 as position',
    'id',
    'occurred_at as "occurredAt"',
    'type',
    'retention',
    'outcome',
    'actor_kind as "actorKind"',
    'actor_id as "actorId"',
    'credential',
    'user_id as "userId"',
    'session_id as "sessionId"',
    'request_id as "requestId"',
    'trace_id as "traceId"',
    'personal_digest as "personalDigest"',
    'data',
  ].join(', '),
)

/** The rest of it, which is destroyed one day. */
export const personalColumns: SQL = sql.raw(
  'ip_address as "ipAddress", user_agent as "userAgent", place, personal_salt as salt',
)

/** How the personal part stands: see `PersonalState`. */
export const personalState: SQL = sql`${stateOfPersonalPart} as "personalState"`
