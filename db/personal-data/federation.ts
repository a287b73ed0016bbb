import type { identities, oauthFlows, providedIdentities, tokenRevocations, usedNonces } from '../schema/federation'
import type { MarksOf } from './marks'

/** Nobody is known yet: it ends within minutes, whoever comes back. */
export const oauthFlowMarks: MarksOf<typeof oauthFlows> = {
  table: 'oauth_flow',
  what: 'Log-ins at other providers that are under way.',
  key: ['state_hash'],
  owner: null,
  erasure: 'keep',
  columns: {
    state_hash: 'secret',
    binding_hash: 'secret',
    provider: 'none',
    redirect_to: 'none',
    code_challenge: 'none',
    created_at: 'none',
    expires_at: 'none',
  },
}

export const providedIdentityMarks: MarksOf<typeof providedIdentities> = {
  table: 'provided_identity',
  what: 'What another provider said of you, until your program fetches it.',
  key: ['code_hash'],
  owner: { address: 'email' },
  erasure: 'delete',
  columns: {
    code_hash: 'secret',
    code_challenge: 'secret',
    provider: 'personal',
    issuer: 'personal',
    subject: 'personal',
    email: 'personal',
    is_email_proved: 'personal',
    name: 'personal',
    picture: 'personal',
    locale: 'personal',
    sealed_tokens: 'secret',
    tokens_expire_at: 'personal',
    is_refreshable: 'personal',
    created_at: 'personal',
    expires_at: 'personal',
  },
}

export const identityMarks: MarksOf<typeof identities> = {
  table: 'identity',
  what: 'Your accounts at other providers that log in to yours here.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    provider: 'personal',
    issuer: 'personal',
    subject: 'personal',
    email: 'personal',
    sealed_tokens: 'secret',
    tokens_expire_at: 'personal',
    is_refreshable: 'personal',
    created_at: 'personal',
    last_used_at: 'personal',
  },
}

export const tokenRevocationMarks: MarksOf<typeof tokenRevocations> = {
  table: 'token_revocation',
  what: 'Accounts at other providers that you unlinked, until the provider knows.',
  key: ['id'],
  owner: { account: 'user_id' },
  erasure: 'delete',
  columns: {
    id: 'pseudonymous',
    user_id: 'pseudonymous',
    provider: 'personal',
    subject: 'personal',
    sealed_tokens: 'secret',
    created_at: 'personal',
  },
}

export const usedNonceMarks: MarksOf<typeof usedNonces> = {
  table: 'used_nonce',
  what: 'Numbers of other providers’ tokens that may not come twice.',
  key: ['nonce_hash'],
  owner: null,
  erasure: 'keep',
  columns: { nonce_hash: 'none', created_at: 'none', expires_at: 'none' },
}
