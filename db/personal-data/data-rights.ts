import type { dataExports, erasures } from '../schema/data-rights'
import type { MarksOf } from './marks'

export const dataExportMarks: MarksOf<typeof dataExports> = {
  table: 'data_export',
  what: 'Copies of your data that you asked for.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    state: 'personal',
    parts_done: 'none',
    parts_total: 'none',
    blob_key: 'pseudonymous',
    token_hash: 'secret',
    requested_at: 'personal',
    finished_at: 'personal',
    expires_at: 'personal',
    delivered_at: 'personal',
  },
}

/** The proof that an account was erased outlives it. */
export const erasureMarks: MarksOf<typeof erasures> = {
  table: 'erasure',
  what: 'When you deleted your account, or took that back.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'keep',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    requested_at: 'none',
    due_at: 'none',
    cancelled_at: 'none',
    begun_at: 'none',
    counts: 'none',
    finished_at: 'none',
    receipt: 'pseudonymous',
  },
}
