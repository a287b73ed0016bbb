import type { apiKeys, serviceAccounts } from '../schema/api-keys'
import type { MarksOf } from './marks'

export const serviceAccountMarks: MarksOf<typeof serviceAccounts> = {
  table: 'service_account',
  what: 'Programs that sign in for themselves.',
  key: ['id'],
  owner: null,
  erasure: 'keep',
  columns: {
    id: 'pseudonymous',
    organization_id: 'pseudonymous',
    name: 'none',
    permissions: 'none',
    created_by: 'pseudonymous',
    created_at: 'none',
    disabled_at: 'none',
  },
}

export const apiKeyMarks: MarksOf<typeof apiKeys> = {
  table: 'api_key',
  what: 'Your API keys.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    organization_id: 'pseudonymous',
    service_account_id: 'pseudonymous',
    name: 'personal',
    prefix: 'personal',
    key_hash: 'secret',
    scopes: 'personal',
    allowed_networks: 'personal',
    limit_per_minute: 'personal',
    created_by: 'pseudonymous',
    created_at: 'personal',
    expires_at: 'personal',
    last_used_at: 'personal',
    revoked_at: 'personal',
    replaced_by: 'pseudonymous',
  },
}
