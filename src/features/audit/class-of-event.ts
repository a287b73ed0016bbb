import type { AuditEventType } from './contract'

/** Kept for a shorter time than others, since there are so many of them: see the table `audit_retention`. */
const passing: ReadonlySet<AuditEventType> = new Set(['session.refreshed', 'token.issued'])

const refusals = /(?:^|[._])(?:refused|reused|failed|locked|repeated|regressed)$/

/** For how long a record of a type is kept, and what came of what it records: it was done, or refused, or tried in vain. */
export const classOfEvent = (
  type: AuditEventType,
): { retention: 'security' | 'activity'; outcome: 'done' | 'refused' | 'failed' } => ({
  retention: passing.has(type) ? 'activity' : 'security',
  outcome: refusals.test(type) ? (type.endsWith('failed') ? 'failed' : 'refused') : 'done',
})
