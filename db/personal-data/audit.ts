import type { auditEvents, auditHorizon, auditRetention, auditSeals, auditStreams } from '../schema/audit'
import type { MarksOf } from './marks'

export const auditEventMarks: MarksOf<typeof auditEvents> = {
  table: 'audit_event',
  what: 'What happened to your account, when, and from where.',
  key: ['id', 'retention'],
  owner: { account: 'user_id' },
  erasure: 'clear',
  columns: {
    id: 'pseudonymous',
    retention: 'none',
    position: 'none',
    occurred_at: 'none',
    type: 'none',
    actor_kind: 'none',
    actor_id: 'pseudonymous',
    credential: 'pseudonymous',
    outcome: 'none',
    user_id: 'pseudonymous',
    session_id: 'pseudonymous',
    request_id: 'pseudonymous',
    trace_id: 'pseudonymous',
    ip_address: 'personal',
    user_agent: 'personal',
    place: 'personal',
    personal_salt: 'secret',
    personal_digest: 'pseudonymous',
    data: 'none',
  },
}

export const auditRetentionMarks: MarksOf<typeof auditRetention> = {
  table: 'audit_retention',
  what: 'How long records are kept.',
  key: ['retention'],
  owner: null,
  erasure: 'keep',
  columns: {
    retention: 'none',
    months: 'none',
  },
}

export const auditSealMarks: MarksOf<typeof auditSeals> = {
  table: 'audit_seal',
  what: 'Seals of the record, which say nothing of anybody.',
  key: ['retention', 'number'],
  owner: null,
  erasure: 'keep',
  columns: {
    retention: 'none',
    number: 'none',
    first_position: 'none',
    last_position: 'none',
    leaves: 'none',
    statement: 'none',
    sealed_at: 'none',
  },
}

export const auditHorizonMarks: MarksOf<typeof auditHorizon> = {
  table: 'audit_horizon',
  what: 'How far the record is complete.',
  key: ['id'],
  owner: null,
  erasure: 'keep',
  columns: {
    id: 'none',
    position: 'none',
    next_position: 'none',
    transaction: 'none',
  },
}

export const auditStreamMarks: MarksOf<typeof auditStreams> = {
  table: 'audit_stream',
  what: 'How far the record was sent elsewhere.',
  key: ['destination'],
  owner: null,
  erasure: 'keep',
  columns: {
    destination: 'none',
    position: 'none',
    sent_at: 'none',
    failure: 'none',
  },
}
