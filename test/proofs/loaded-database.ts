import { openRealDatabase, type RealDatabase } from '../runtimes/real-postgres'
import { elsewhere } from './loaded-providers'

/** Rows of each kind. */
const count = 100_000

const accounts = `
insert into "user" (id, email, email_verified_at, name, created_at, updated_at)
select md5('user' || n)::uuid, 'person-' || n || '@example.com', case when n % 2 = 0 then now() end, 'Person ' || n,
  now() - n * interval '1 minute', now()
from generate_series(1, ${count}) n`

const passwords = `
insert into password (user_id, hash, created_at)
select md5('user' || n)::uuid, '$argon2id$v=19$m=19456,t=2,p=1$' || md5('salt' || n) || '$' || md5('hash' || n), now()
from generate_series(1, ${count}) n where n % 10 <> 0`

/** Half of them over; a few for so long that housekeeping takes them. */
const sessions = `
insert into session (id, user_id, rotated_at, amr, acr, authenticated_at, created_at, last_used_at, expires_at,
  absolute_expires_at, revoked_at, revoked_because, ip_address, user_agent, device)
select md5('session' || n)::uuid, md5('user' || n)::uuid, at, '["pwd"]', 'aal1', at, at, at,
  at + interval '7 days', at + interval '30 days', case when n % 2 = 0 then at + interval '1 day' end,
  case when n % 2 = 0 then 'logout' end, '192.0.2.1', 'Mozilla/5.0 ' || n % 50, 'Mozilla/ ' || n % 50 || '|192.0'
from generate_series(1, ${count}) n, lateral (select now() - n % 100 * interval '1 day' as at) moment`

/** A link that proves, or one that logs in, with its code; half of them over. */
const tokens = `
insert into email_token (id, user_id, purpose, email, token_hash, code_hash, created_at, expires_at)
select gen_random_uuid(), md5('user' || n)::uuid, purpose, 'person-' || n || '@example.com',
  md5(purpose || n) || md5(n || purpose), case purpose when 'log-in' then md5('code' || n) end, at, at + interval '1 day'
from generate_series(1, ${count}) n, lateral (select case when n % 2 = 0 then 'verify-email' else 'log-in' end as purpose) kind,
  lateral (select now() - n % 50 * interval '1 hour' as at) moment`

/** A few of them wait: half for their jobs, which still do, and half for none. */
const messages = `
insert into message (id, user_id, recipient, template, locale, state, queued_at, sent_at)
select md5('job' || n)::uuid, md5('user' || n)::uuid, 'person-' || n || '@example.com', 'verify-email', 'en',
  case when n % 1000 = 0 then 'queued' else 'sent' end, now() - n % 32 * interval '1 day', now()
from generate_series(1, ${count}) n`

const attempts = `
insert into code_attempt (address_hash, count, since)
select md5('address' || n) || md5(n || 'address'), 3, now() - n % 25 * interval '1 hour' from generate_series(1, ${count}) n`

/** Of people, of devices and of networks; half of them over. */
const lockouts = `
insert into lockout (subject, failures, since, locked_until)
select case n % 3 when 0 then 'account:' when 1 then 'device:' else 'network:' end || md5('subject' || n), n % 7 + 1,
  now() - n % 60 * interval '1 minute', case when n % 7 > 3 then now() + (30 - n % 60) * interval '1 minute' end
from generate_series(1, ${count}) n`

/** Authenticator apps; a few of them were never confirmed. */
const apps = `
insert into totp_authenticator (id, user_id, name, sealed_secret, last_step, created_at, confirmed_at)
select md5('app' || n)::uuid, md5('user' || n)::uuid, 'Phone', md5('secret' || n), n, at, case when n % 50 <> 0 then at end
from generate_series(1, ${count}) n, lateral (select now() - n % 300 * interval '1 day' as at) moment`

const recoveryCodes = `
insert into recovery_code (user_id, code_hash, created_at)
select md5('user' || (n % ${count / 10} + 1))::uuid, md5('recovery' || n) || md5(n || 'recovery'), now()
from generate_series(${count / 10}, ${count}) n`

const passkeys = `
insert into passkey (id, user_id, credential_id, public_key, counter, name, aaguid, transports, is_backup_eligible,
  is_backed_up, created_at)
select md5('passkey' || n)::uuid, md5('user' || n)::uuid, md5('credential' || n), md5('key' || n), 0, 'Laptop',
  '00000000-0000-0000-0000-000000000000', '["internal"]', true, true, now()
from generate_series(1, ${count}) n`

/** Challenges of passkeys, and log-ins that wait for their second factor: half of them over, a few for long. */
const challenges = `
with asked as (
  insert into passkey_challenge (challenge_hash, purpose, user_id, created_at, expires_at)
  select md5('challenge' || n) || md5(n || 'challenge'), case when n % 2 = 0 then 'log-in' else 'register' end,
    case when n % 2 = 1 then md5('user' || n)::uuid end, at, at + interval '5 minutes'
  from generate_series(1, ${count}) n, lateral (select now() - n % 25 * interval '1 hour' as at) moment
)
insert into log_in_challenge (id, user_id, kind, amr, transport, subject, created_at, expires_at)
select md5('log-in' || n)::uuid, md5('user' || n)::uuid, 'second-factor', '["pwd"]', 'bearer',
  'second-factor:account:' || md5('user' || n)::uuid, at, at + interval '5 minutes'
from generate_series(1, ${count}) n, lateral (select now() - n % 25 * interval '1 hour' as at) moment`

const trustedDevices = `
insert into trusted_device (id, user_id, created_at, last_used_at, expires_at)
select md5('trusted' || n)::uuid, md5('user' || n)::uuid, at, at, at + interval '30 days'
from generate_series(1, ${count}) n, lateral (select now() - n % 32 * interval '1 day' as at) moment`

const demands = `
insert into second_factor_demand (user_id, since) select md5('user' || n)::uuid, now() from generate_series(1, ${count}) n`

const roles = `
insert into role_assignment (user_id, role, created_at)
select md5('user' || n)::uuid, case when n % 100 = 0 then 'admin' else 'member' end, now()
from generate_series(1, ${count}) n`

const idempotentAnswers = `
insert into idempotent_answer (user_id, key_hash, request_hash, status, sealed_body, created_at)
select md5('user' || n)::uuid, md5('key' || n), md5('request' || n), 201, 'sealed', now() - n % 25 * interval '1 hour'
from generate_series(1, ${count}) n`

/**
 * A few of them so old that housekeeping destroys their personal part. Each id begins with its time, as ours do: months of the record
 * are told by it, and seals end where a month does.
 */
const events = `
insert into audit_event (id, occurred_at, type, actor_kind, user_id, request_id, ip_address, user_agent, personal_salt,
  personal_digest, data)
select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || right(md5('event' || n), 3) || 'a' ||
    left(md5('event' || n), 15))::uuid,
  at, 'account.registered', 'anonymous', md5('user' || n)::uuid,
  gen_random_uuid()::text, '192.0.2.1', 'Mozilla/5.0 ' || n % 50, md5('salt' || n), md5('digest' || n), '{}'
from generate_series(${count}, 1, -1) n, lateral (select now() - n * interval '318 seconds' as at) moment`

const bounces = `
insert into bounced_address (email, reason, bounced_at)
select 'person-' || n * 10 || '@example.com', 'bounced', now() from generate_series(1, ${count / 10}) n`

/** A mail that the provider deferred, in each queue of mail by turns: it waits for later, and is older than what is due. */
const jobs = `
insert into pgboss.job (id, name, data, state, policy, dead_letter, retry_backoff, retry_limit, retry_count,
  created_on, start_after, keep_until, started_on, completed_on, deletion_seconds, priority)
select md5('job' || n)::uuid, queues[n % 6 + 1], '{"payload": {}}', case when isDone then 'completed' else 'retry' end
    ::pgboss.job_state,
  'standard', 'dead-letters', true, 30, 3, now() - interval '2 hours', now() + interval '10 minutes',
  now() + interval '2 days', now() - interval '1 hour', case when isDone then now() - interval '1 hour' end, 86400, 10
from generate_series(1, ${count}) n, lateral (select n > ${count / 2} as isDone) state,
  (select array['send-log-in-mail', 'send-reset-mail', 'send-registration-mail', 'send-verification-mail',
    'send-email-change-mail', 'send-security-notice'] as queues) known`

/** Tables that grow with use. */
export const largeTables = new Set([
  'user',
  'password',
  'session',
  'email_token',
  'message',
  'code_attempt',
  'lockout',
  'totp_authenticator',
  'recovery_code',
  'passkey',
  'passkey_challenge',
  'log_in_challenge',
  'trusted_device',
  'second_factor_demand',
  'role_assignment',
  'idempotent_answer',
  'identity',
  'oauth_flow',
  'provided_identity',
  'token_revocation',
  'used_nonce',
  'bounced_address',
  'audit_event',
  'job_common',
])

/** A real database that has been in use: 100,000 accounts and what belongs to them, and 50,000 jobs that wait. */
export const openLoadedDatabase = async (): Promise<RealDatabase> => {
  const database = await openRealDatabase()
  const tables = [
    accounts,
    passwords,
    sessions,
    tokens,
    messages,
    attempts,
    lockouts,
    apps,
    recoveryCodes,
    passkeys,
    challenges,
    trustedDevices,
    demands,
    roles,
    idempotentAnswers,
    elsewhere(count),
    bounces,
    events,
    jobs,
  ]
  for (const text of tables) {
    await database.sql.unsafe(text)
  }
  await database.sql.unsafe('vacuum analyze')
  return database
}
