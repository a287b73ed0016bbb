import type {
  lockouts,
  logInChallenges,
  secretVersions,
  sessions,
  signingKeys,
  trustedDevices,
} from '../schema/sessions'
import type { MarksOf } from './marks'

export const sessionMarks: MarksOf<typeof sessions> = {
  table: 'session',
  what: 'Where and when you were logged in.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    counter: 'personal',
    rotated_at: 'personal',
    amr: 'personal',
    acr: 'personal',
    identity_id: 'pseudonymous',
    authenticated_at: 'personal',
    created_at: 'personal',
    last_used_at: 'personal',
    expires_at: 'personal',
    absolute_expires_at: 'personal',
    revoked_at: 'personal',
    revoked_because: 'personal',
    second_factor_id: 'pseudonymous',
    waived_until: 'personal',
    organization_id: 'pseudonymous',
    impersonator_id: 'pseudonymous',
    impersonation_reason: 'personal',
    impersonator_session_id: 'pseudonymous',
    ip_address: 'personal',
    user_agent: 'personal',
    device: 'personal',
  },
}

export const logInChallengeMarks: MarksOf<typeof logInChallenges> = {
  table: 'log_in_challenge',
  what: 'Log-ins of yours that wait for the second factor.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    kind: 'personal',
    amr: 'personal',
    identity_id: 'pseudonymous',
    transport: 'personal',
    subject: 'pseudonymous',
    created_at: 'personal',
    expires_at: 'personal',
  },
}

export const trustedDeviceMarks: MarksOf<typeof trustedDevices> = {
  table: 'trusted_device',
  what: 'Devices that are not asked for your second factor.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    ip_address: 'personal',
    user_agent: 'personal',
    created_at: 'personal',
    last_used_at: 'personal',
    expires_at: 'personal',
  },
}

export const signingKeyMarks: MarksOf<typeof signingKeys> = {
  table: 'signing_key',
  what: 'The server’s own keys.',
  key: ['key_id'],
  owner: null,
  erasure: 'keep',
  columns: {
    key_id: 'none',
    generation: 'none',
    algorithm: 'none',
    public_jwk: 'none',
    sealed_private_jwk: 'secret',
    created_at: 'none',
    signs_from: 'none',
    revoked_at: 'none',
  },
}

export const secretVersionMarks: MarksOf<typeof secretVersions> = {
  table: 'secret_version',
  what: 'When the server’s own secret was replaced.',
  key: ['key_id'],
  owner: null,
  erasure: 'keep',
  columns: { key_id: 'none', first_newest_at: 'none', last_newest_at: 'none' },
}

export const lockoutMarks: MarksOf<typeof lockouts> = {
  table: 'lockout',
  what: 'Log-ins to your account that failed in a row.',
  key: ['subject'],
  owner: { lockoutSubject: 'subject' },
  erasure: 'delete',
  columns: { subject: 'pseudonymous', failures: 'personal', since: 'personal', locked_until: 'personal' },
}
