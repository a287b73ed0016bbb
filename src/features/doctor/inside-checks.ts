/** Whether something is broken, or only unwise. */
export type Severity = 'error' | 'warning'

/** One thing that a check-up looks at, named by what is wrong if it is. */
export interface Check {
  severity: Severity
  /** What is known when there is nothing to complain about. */
  proves: string
  /** What to do if there is. */
  advice: string
}

/** What is seen from within: settings, database, work, limits, mail, files. */
export const insideChecks = {
  'settings-refused': {
    severity: 'error',
    proves: 'The server starts with these settings.',
    advice: 'Mend each setting that is named; docs/configuration.md says what it takes.',
  },
  'limits-off': {
    severity: 'error',
    proves: 'Callers are counted.',
    advice: 'Leave RATE_LIMITS out. Without limits passwords and codes can be guessed as fast as the server answers.',
  },
  'not-production': {
    severity: 'error',
    proves: 'What people reach runs as production.',
    advice:
      'Leave ENVIRONMENT out: as development and test the server shows every mail at /dev/mailbox to whoever asks.',
  },
  'origin-local': {
    severity: 'error',
    proves: 'No page of somebody’s own machine is trusted.',
    advice:
      'Take localhost and 127.0.0.1 out of CORS_ORIGINS, REDIRECT_ORIGINS and WEBAUTHN_ORIGINS: whatever listens there on a person’s machine speaks for them. Programs on their own machine have `loopback` in REDIRECT_ORIGINS.',
  },
  'passkeys-elsewhere': {
    severity: 'error',
    proves: 'Passkeys work on at least one of their pages.',
    advice:
      'Put a page of WEBAUTHN_RP_ID or of a domain below it into WEBAUTHN_ORIGINS, or leave both out. A changed WEBAUTHN_RP_ID makes every passkey useless.',
  },
  'sender-default': {
    severity: 'error',
    proves: 'Mail has a sender that exists.',
    advice: 'Set EMAIL_FROM to an address of a domain that your provider may send for.',
  },
  'address-of-proxy': {
    severity: 'error',
    proves: 'Callers are told apart by their own address and not by that of a proxy.',
    advice:
      'Set TRUSTED_PROXY to what stands before the server (`cloudflare`, `hops:1`, `cidr:…`). Until then all callers share the limits of one address, and one attacker shuts log-ins for everybody.',
  },
  'database-away': {
    severity: 'error',
    proves: 'The database answers.',
    advice:
      'Check DATABASE_URL (on Workers the binding HYPERDRIVE), whether it runs, and whether it lets this machine in.',
  },
  'database-unencrypted': {
    severity: 'error',
    proves: 'What is said to the database over the public internet is encrypted.',
    advice: 'Put `?sslmode=verify-full` behind DATABASE_URL, or `?sslmode=require` where its certificate is its own.',
  },
  'database-clock': {
    severity: 'error',
    proves: 'The database and the server agree on the time, to two seconds.',
    advice: 'Let NTP set both clocks. Jobs, locks and seals go by the one, tokens and links by the other.',
  },
  'schema-behind': {
    severity: 'error',
    proves: 'Every migration that this build knows was applied.',
    advice: 'Run `postern migrate` as the owner of the database.',
  },
  'schema-ahead': {
    severity: 'warning',
    proves: 'The schema is not newer than this build.',
    advice: 'Deploy the build that the schema was migrated for. The one before runs on it, older ones may not.',
  },
  'role-superuser': {
    severity: 'error',
    proves: 'The server’s role is held by rights and row-level security.',
    advice:
      "Log in as a role of its own: `CREATE ROLE postern LOGIN PASSWORD '…' IN ROLE postern_app`, and name it in DATABASE_URL.",
  },
  'role-owner': {
    severity: 'warning',
    proves: 'The server does not own its tables, so it can’t switch off what guards them.',
    advice:
      "Keep the owner for `postern migrate`; let servers log in as `CREATE ROLE postern LOGIN PASSWORD '…' IN ROLE postern_app`.",
  },
  'role-rewrites-record': {
    severity: 'error',
    proves: 'The server can add to the audit record and change nothing of it.',
    advice:
      'REVOKE UPDATE, DELETE, TRUNCATE ON audit_event, audit_seal FROM the role, and from what it is a member of.',
  },
  'role-lacks-rights': {
    severity: 'error',
    proves: 'The server’s role has the rights that it needs.',
    advice:
      'GRANT postern_app TO the role. If postern_app was made after the migrations, its grants are in db/migrations/0008_observability.sql.',
  },
  'reads-cached': {
    severity: 'error',
    proves: 'What was written is what is read, 20 times out of 20.',
    advice:
      'Switch query caching off: `wrangler hyperdrive update <id> --caching-disabled`. A cached read lets a revoked session live for a minute.',
  },
  'pooler-prepares': {
    severity: 'error',
    proves: 'No pooler hands out the connection on which a statement was prepared.',
    advice: 'Set DATABASE_PREPARE=off, or let the pooler pool sessions.',
  },
  'secret-differs': {
    severity: 'error',
    proves: 'SECRET opens the signing keys.',
    advice:
      'Deploy the SECRET that the keys were sealed with, behind the newer one: `new,old`. See docs/configuration.md#secret-and-its-rotation.',
  },
  'dead-letters': {
    severity: 'warning',
    proves: 'No job failed for good.',
    advice: '`postern jobs dead` says why; then `postern jobs retry all`, or `postern jobs discard <id>`.',
  },
  'jobs-wait': {
    severity: 'error',
    proves: 'Somebody works the jobs: none that is due waits longer than five minutes.',
    advice:
      'Start a worker: WORK_JOBS=on, `postern work`, or the Worker of deploy/jobs with its cron. See docs/runbook.md#jobswait.',
  },
  'record-unsealed': {
    severity: 'warning',
    proves: 'The audit record is sealed up to the last ten minutes.',
    advice: 'See docs/runbook.md#auditnotsealed: the job `seal-audit-record` should run every minute.',
  },
  'redis-away': {
    severity: 'error',
    proves: 'Redis answers.',
    advice:
      'Check REDIS_URL, or UPSTASH_REDIS_REST_URL and its token. Until then routes that check a credential answer 503, or count in each instance (REDIS_OUTAGE).',
  },
  'redis-slow': {
    severity: 'warning',
    proves: 'Redis answers in less than half of what it may take.',
    advice:
      'Put Redis into the region of the servers, or raise REDIS_TIMEOUT_MILLISECONDS: a little more load, and it counts as away.',
  },
  'redis-inexact': {
    severity: 'error',
    proves: 'Of 20 at once exactly the 10 pass that may.',
    advice:
      'Use one Redis that runs scripts atomically and keeps what it was told: no proxy that retries or answers from a cache, no replica.',
  },
  'redis-evicts': {
    severity: 'warning',
    proves: 'Redis forgets no counts when it is full.',
    advice: 'Set `maxmemory-policy noeviction`: evicted counts let attackers try again.',
  },
  'mail-spf': {
    severity: 'warning',
    proves: 'DNS says who may send mail for the sender’s domain (SPF).',
    advice: 'Publish the TXT record `v=spf1 … -all` that your provider gives you.',
  },
  'mail-dkim': {
    severity: 'warning',
    proves: 'DNS has the key that signs mail (DKIM).',
    advice: 'Publish the TXT record below `_domainkey` that your provider gives you; `--dkim-selector` names another.',
  },
  'mail-dmarc': {
    severity: 'warning',
    proves: 'DNS says what becomes of forged mail (DMARC).',
    advice: 'Publish `v=DMARC1; p=quarantine; rua=mailto:…` as a TXT record at `_dmarc.` and the domain.',
  },
  'files-away': {
    severity: 'error',
    proves: 'The store of files takes, gives and deletes.',
    advice:
      'Check S3_ENDPOINT, S3_BUCKET and what its key may do (read, write, delete, list); on Workers the binding BLOBS; without either whether DATA_DIRECTORY can be written.',
  },
} as const satisfies Record<string, Check>
