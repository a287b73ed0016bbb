import type {
  passkeyChallenges,
  passkeys,
  recoveryCodes,
  secondFactorDemands,
  totpAuthenticators,
} from '../schema/authenticators'
import type { MarksOf } from './marks'

export const totpAuthenticatorMarks: MarksOf<typeof totpAuthenticators> = {
  table: 'totp_authenticator',
  what: 'Authenticator apps that you set up.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    name: 'personal',
    sealed_secret: 'secret',
    last_step: 'personal',
    created_at: 'personal',
    confirmed_at: 'personal',
    last_used_at: 'personal',
  },
}

export const recoveryCodeMarks: MarksOf<typeof recoveryCodes> = {
  table: 'recovery_code',
  what: 'When your recovery codes were made, and which were used.',
  key: ['user_id', 'code_hash'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: { user_id: 'pseudonymous', code_hash: 'secret', created_at: 'personal', used_at: 'personal' },
}

export const passkeyMarks: MarksOf<typeof passkeys> = {
  table: 'passkey',
  what: 'Passkeys that log in to your account.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    credential_id: 'personal',
    public_key: 'personal',
    counter: 'personal',
    name: 'personal',
    aaguid: 'personal',
    transports: 'personal',
    is_backup_eligible: 'personal',
    is_backed_up: 'personal',
    created_at: 'personal',
    last_used_at: 'personal',
  },
}

export const passkeyChallengeMarks: MarksOf<typeof passkeyChallenges> = {
  table: 'passkey_challenge',
  what: 'Uses of a passkey that your browser was asked for and has not finished.',
  key: ['challenge_hash'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    challenge_hash: 'secret',
    purpose: 'personal',
    user_id: 'pseudonymous',
    bound_to: 'pseudonymous',
    created_at: 'personal',
    expires_at: 'personal',
  },
}

export const secondFactorDemandMarks: MarksOf<typeof secondFactorDemands> = {
  table: 'second_factor_demand',
  what: 'Since when you have been asked to set up a second factor.',
  key: ['user_id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: { user_id: 'pseudonymous', since: 'personal' },
}
