import type { bulkErrors, bulkOperations } from '../schema/bulk'
import type { MarksOf } from './marks'

export const bulkOperationMarks: MarksOf<typeof bulkOperations> = {
  table: 'bulk_operation',
  what: 'Imports, exports and changes of many accounts.',
  key: ['id'],
  owner: null,
  erasure: 'keep',
  columns: {
    id: 'pseudonymous',
    kind: 'none',
    state: 'none',
    is_dry_run: 'none',
    options: 'none',
    requested_by: 'pseudonymous',
    blob_key: 'pseudonymous',
    byte_offset: 'none',
    last_user_id: 'pseudonymous',
    rows_total: 'none',
    rows_done: 'none',
    rows_failed: 'none',
    created_at: 'none',
    started_at: 'none',
    finished_at: 'none',
    failure: 'none',
  },
}

export const bulkErrorMarks: MarksOf<typeof bulkErrors> = {
  table: 'bulk_error',
  what: 'What was wrong with rows of imports.',
  key: ['operation_id', 'row', 'pointer'],
  owner: null,
  erasure: 'keep',
  columns: { operation_id: 'none', row: 'none', pointer: 'pseudonymous', code: 'none', message: 'none' },
}
