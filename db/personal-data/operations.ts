import type { refusals } from '../schema/operations'
import type { MarksOf } from './marks'

export const refusalMarks: MarksOf<typeof refusals> = {
  table: 'refusal',
  what: 'Requests of yours that were refused in the last day, and why.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    request_id: 'pseudonymous',
    occurred_at: 'none',
    method: 'none',
    route: 'none',
    status: 'none',
    problem: 'none',
    facts: 'none',
    actor_kind: 'none',
    user_id: 'pseudonymous',
    trace_id: 'pseudonymous',
  },
}
