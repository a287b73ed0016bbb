import type { blobs, preferences, termsAcceptances, users } from '../schema/profiles'
import type { MarksOf } from './marks'

export const userMarks: MarksOf<typeof users> = {
  table: 'user',
  what: 'Your account and your profile.',
  key: ['id'],
  owner: { account: 'id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    email: 'personal',
    email_verified_at: 'personal',
    name: 'personal',
    bio: 'personal',
    phone: 'personal',
    address: 'personal',
    locale: 'personal',
    time_zone: 'personal',
    website: 'personal',
    picture: 'personal',
    recovery_codes_left: 'personal',
    banned_at: 'personal',
    banned_until: 'personal',
    ban_reason: 'personal',
    attributes: 'personal',
    attributes_version: 'none',
    visibility: 'personal',
    closed_at: 'personal',
    created_at: 'personal',
    updated_at: 'personal',
  },
}

export const preferenceMarks: MarksOf<typeof preferences> = {
  table: 'preference',
  what: 'How you want things to be.',
  key: ['user_id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: { user_id: 'pseudonymous', document: 'personal', updated_at: 'personal' },
}

export const termsAcceptanceMarks: MarksOf<typeof termsAcceptances> = {
  table: 'terms_acceptance',
  what: 'Which terms you accepted, and when.',
  key: ['user_id', 'document', 'version'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: { user_id: 'pseudonymous', document: 'personal', version: 'personal', accepted_at: 'personal' },
}

export const blobMarks: MarksOf<typeof blobs> = {
  table: 'blob',
  what: 'Files that are kept for you; the files themselves are in the folder files.',
  key: ['key'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    key: 'pseudonymous',
    user_id: 'pseudonymous',
    kind: 'personal',
    created_at: 'personal',
    drop_after: 'personal',
  },
}
