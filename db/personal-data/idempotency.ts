import type { idempotentAnswers } from '../schema/idempotency'
import type { MarksOf } from './marks'

export const idempotentAnswerMarks: MarksOf<typeof idempotentAnswers> = {
  table: 'idempotent_answer',
  what: 'Answers that would be given again to a repeated request of yours.',
  key: ['user_id', 'key_hash'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    user_id: 'pseudonymous',
    key_hash: 'secret',
    request_hash: 'secret',
    status: 'personal',
    sealed_body: 'secret',
    created_at: 'personal',
  },
}
