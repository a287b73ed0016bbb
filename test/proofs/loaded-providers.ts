/** Accounts at a provider, whose tokens have ended or will; log-ins that are there, came back, or used a nonce. */
export const elsewhere = (count: number): string => `
with identities as (
  insert into identity (id, user_id, provider, issuer, subject, email, sealed_tokens, tokens_expire_at, is_refreshable,
    created_at, last_used_at)
  select md5('identity' || n)::uuid, md5('user' || n)::uuid, 'globex', 'https://login.globex.example', 'subject-' || n,
    'person-' || n || '@example.com', 'sealed', now() + interval '1 day', n % 2 = 0, now(), now()
  from generate_series(1, ${count}) n
), flows as (
  insert into oauth_flow (state_hash, binding_hash, provider, redirect_to, code_challenge, created_at, expires_at)
  select md5('state' || n) || md5(n || 'state'), md5('binding' || n), 'globex', 'https://app.example.com/', md5('c' || n),
    at, at + interval '10 minutes'
  from generate_series(1, ${count}) n, lateral (select now() - n % 70 * interval '1 minute' as at) moment
), provided as (
  insert into provided_identity (code_hash, code_challenge, provider, issuer, subject, is_email_proved, is_refreshable,
    created_at, expires_at)
  select md5('code' || n) || md5(n || 'code'), md5('c' || n), 'globex', 'https://login.globex.example', 'subject-' || n,
    true, false, at, at + interval '1 minute'
  from generate_series(1, ${count}) n, lateral (select now() - n % 70 * interval '1 minute' as at) moment
), revocations as (
  insert into token_revocation (id, provider, subject, sealed_tokens, created_at)
  select md5('revocation' || n)::uuid, 'globex', 'subject-' || n, 'sealed', now() from generate_series(1, ${count}) n
)
insert into used_nonce (nonce_hash, created_at, expires_at)
select md5('nonce' || n) || md5(n || 'nonce'), at, at + interval '1 day'
from generate_series(1, ${count}) n, lateral (select now() - n % 25 * interval '1 hour' as at) moment`
