import type { codeAttempts, emailTokens, passwords } from '../schema/accounts'
import type { MarksOf } from './marks'

export const passwordMarks: MarksOf<typeof passwords> = {
  table: 'password',
  what: 'Since when you have your password.',
  key: ['user_id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: { user_id: 'pseudonymous', hash: 'secret', created_at: 'personal' },
}

export const emailTokenMarks: MarksOf<typeof emailTokens> = {
  table: 'email_token',
  what: 'Links that were mailed to you, what each was for, and whether it was used.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    purpose: 'personal',
    email: 'personal',
    token_hash: 'secret',
    code_hash: 'secret',
    session_id: 'pseudonymous',
    created_at: 'personal',
    expires_at: 'personal',
    consumed_at: 'personal',
  },
}

/** An HMAC of an address names nobody; nothing writes it any more, and housekeeping deletes what is left. */
export const codeAttemptMarks: MarksOf<typeof codeAttempts> = {
  table: 'code_attempt',
  what: 'How often a code was tried for an address, as an older version counted it.',
  key: ['address_hash'],
  owner: null,
  erasure: 'keep',
  columns: { address_hash: 'pseudonymous', count: 'none', since: 'none' },
}
