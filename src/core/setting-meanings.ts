import type { settings } from './config'

/**
 * What each setting means, for docs/configuration.md; not beside the settings, since the Worker should not carry it.
 */
export const settingMeanings: Record<keyof typeof settings, string> = {
  ENVIRONMENT: 'Only `production` refuses development fallbacks; only the others serve `/dev/*`.',
  PORT: 'Where Bun listens; 0 takes a free port.',
  BASE_URL: 'The public address: issuer of tokens and start of every link. Never the Host header.',
  SECRET: 'The root of every key we derive. Several versions, newest first, are separated by commas.',
  DATABASE_URL:
    'Postgres. Absent on Bun: an embedded one in DATA_DIRECTORY. On Workers the HYPERDRIVE binding gives it.',
  DATABASE_PREPARE: '`off` behind a pooler in transaction mode, such as PgBouncer.',
  DATABASE_TIMEOUT_SECONDS: 'How long one statement may take before the caller gets a 503.',
  DATA_DIRECTORY:
    'Where the embedded Postgres, generated secrets and, unless they are kept elsewhere, avatars and other files live.',
  PAGES_URL: 'Where links in mails lead, if not to the pages at BASE_URL; docs/pages.md says what they have to do.',
  RESEND_API_KEY: 'Sends mail through Resend. Without it and SMTP_URL mails stay in the development mailbox.',
  RESEND_BASE_URL: 'Another address that speaks Resend’s API.',
  RESEND_WEBHOOK_SECRET:
    'The signing secret of Resend’s webhook, which reports bounces; without it that route is absent.',
  SMTP_URL: 'Sends mail over SMTP, on Bun only: `smtps://user:password@host:465`, or `smtp://…:587?requireTLS=true`.',
  EMAIL_FROM: 'The sender of every mail.',
  EMAIL_VERIFICATION:
    '`required`: no log-in before the address is proved, and registration never tells who is registered.',
  BREACH_CHECK:
    'Refuses new passwords that are known from breaches, by a k-anonymity range query. When that can’t be made: `open` lets them pass, `closed` refuses.',
  BREACH_CHECK_URL: 'Another address that speaks the range API of Pwned Passwords.',
  GEO_DATABASE_PATH:
    'A file with places of addresses in MaxMind’s format (GeoLite2 City, DB-IP, …), on Bun only. Without it places are those that Cloudflare’s edge tells, if TRUSTED_PROXY trusts it; on Workers they always are.',
  REFUSAL_MILLISECONDS:
    'A wrong password is answered after this time at the earliest. While accounts with imported bcrypt or scrypt hashes remain, set it to what these take, so that time tells nobody who has one.',
  DRAIN_SECONDS:
    'How long a process of Bun that is told to stop goes on answering everything but `/health/ready`, which says 503, so that whoever sends it requests stops first. 5 behind a proxy; 0 stops at once.',
  WORK_JOBS: '`off`: this process of Bun only answers, and `bun run worker` works the jobs beside it.',
  JOB_CONCURRENCY: 'How many jobs a process works at a time.',
  EXPORT_SECONDS: 'How long the archive of somebody’s data waits to be fetched by the mailed link.',
  ERASURE_GRACE_SECONDS:
    'How long somebody who deleted their account can take that back by the mailed link; then it is erased. 0: it is erased at once.',
  ACCESS_TOKEN_SECONDS: 'Life of an access token, at most: see ACCESS_TOKEN_JITTER_PERCENT.',
  ACCESS_TOKEN_JITTER_PERCENT:
    'By how much less access tokens live, each by another part of it: so that clients who logged in at one moment do not all refresh at one moment. 0: all live equally long.',
  REFRESH_TOKEN_SECONDS: 'Life of a session that nobody refreshes.',
  SESSION_SECONDS: 'Life of a session, however often it is refreshed.',
  ACTIVITY_RETENTION_SECONDS:
    'How long an account shows its log-ins, and how long the audit record keeps where something was done from: address, browser and place. A year unless said.',
  KEY_REVOCATION_SECONDS:
    'Within how long every instance sees that signing keys were revoked ([keys.md](keys.md)); they are read again in half of it. 300 at most.',
  SIGNING_ALGORITHM: 'Signs access tokens (new keys only).',
  TRUSTED_PROXY:
    'Whose word about a caller’s address is taken, on Bun: `none`, the connection’s; `cloudflare`, its edge’s; `hops:N`, the Nth `X-Forwarded-For` from the right; `cidr:10.0.0.0/8,…`, the last one that is not of these. On Workers it is always the edge’s.',
  RATE_LIMITS: '`off` is refused in production.',
  RATE_LIMIT_OVERRIDES:
    'Other limits than those of docs/limits.md: `address=600/60,logIn=20/60` is 600 and 20 in 60 seconds.',
  UPSTASH_REDIS_REST_URL:
    'Redis over HTTP, which counts for all instances. Without it and REDIS_URL each counts for itself.',
  UPSTASH_REDIS_REST_TOKEN: 'The token of UPSTASH_REDIS_REST_URL.',
  REDIS_URL: 'A Redis over TCP instead, on Bun only: `redis://` or `rediss://`.',
  REDIS_TIMEOUT_MILLISECONDS: 'How long Redis may take; then a route does as docs/limits.md says.',
  REDIS_OUTAGE:
    'What routes that check a credential or send mail do without Redis: `closed` answers 503, `local` counts in each instance.',
  LOCKOUT_FAILURES: 'So many failures in a row lock an account for devices that never logged in to it.',
  LOCKOUT_SECONDS: 'How long a lock lasts, and how long failures before it are remembered.',
  LOCKOUT_DELAY_MILLISECONDS:
    'How long the second failure in a row waits for its answer; each later one twice as long, up to 4 seconds. 0 waits for none.',
  LOCKOUT_NETWORK_FAILURES: 'So many failures from one network, for whatever accounts, shut its log-ins.',
  CORS_ORIGINS:
    'Origins of front ends, exact and separated by commas, whose pages may call the API and read its answers.',
  CAPTCHA_PROVIDER: 'Asks for a solved challenge to register, to have mail sent, and to log in after failures.',
  CAPTCHA_SECRET: 'The provider’s secret key.',
  CAPTCHA_SITE_KEY: 'The provider’s public key, which callers are told.',
  CAPTCHA_URL: 'Another address that verifies as the provider does.',
  CAPTCHA_AFTER_FAILURES: 'After so many failures in a row a log-in needs a challenge.',
  CAPTCHA_OUTAGE: 'When the provider does not answer: `open` lets callers pass, `closed` answers 503.',
  OUTSIDE_ALLOWED_HOSTS:
    'Hosts with their ports, such as `127.0.0.1:8080`, that may be called though they are not on the public internet, for tests. Refused in production.',
  DNS_OVER_HTTPS_URL:
    'A resolver that answers in JSON: on Workers for all that is asked of DNS (Cloudflare’s unless set), elsewhere for TXT records of domains (the machine’s own unless set).',
  OPERATOR_TOKEN:
    'The bearer token that opens `/internal/*`; without it that is absent in production. In `X-Operator-Token` it opens `Server-Timing`.',
  APP_NAME: 'What authenticator apps and passkey dialogs call you.',
  MFA_POLICY:
    'Second factors: `off` lets nobody add one but who must by their role (who has one is asked all the same), `optional` leaves it to people, `required` asks everybody to have one.',
  MFA_REQUIRED_ROLES: 'Who holds one of these roles must have a second factor, whatever MFA_POLICY says.',
  APPLICATION_PERMISSIONS:
    'What may be done in your application, by names such as `invoices:read`: for roles, organizations’ roles and scopes of API keys.',
  MFA_GRACE_SECONDS:
    'How long somebody who must have a second factor may still log in without one, from the first log-in on that says so.',
  TRUSTED_DEVICE_SECONDS:
    'How long a device is not asked for the second factor, if its owner wants that; 0 is never. Who must have one by their role is always asked.',
  WEBAUTHN_RP_ID:
    'The domain that passkeys belong to: that of BASE_URL unless said. Another one makes all passkeys useless.',
  WEBAUTHN_ORIGINS:
    'Origins of pages on which passkeys may be made and used: that of BASE_URL unless said. Those on other domains are told to browsers at `/.well-known/webauthn`.',
  REDIRECT_ORIGINS:
    'Where log-ins at other providers may lead back to, beside our own origin: exact origins, a program’s own scheme such as `com.example.app:`, or `loopback` for its ports on its own machine.',
  TERMS_VERSION: 'The version of the terms of use that people accept; without it there are none to accept.',
  TERMS_URL: 'Where these terms are.',
  PRIVACY_VERSION: 'The version of the privacy policy that people accept; without it there is none to accept.',
  PRIVACY_URL: 'Where this policy is.',
  S3_ENDPOINT:
    'Keeps avatars, uploads and exports in a store that speaks S3, by path: `https://s3.eu-central-1.amazonaws.com`. Without it they are in the bucket bound as BLOBS on Workers, and on Bun in a folder of DATA_DIRECTORY.',
  S3_REGION: 'The region that requests are signed for.',
  S3_BUCKET: 'The bucket; it need not be public.',
  S3_ACCESS_KEY_ID: 'A key that may read, write, delete and list in the bucket.',
  S3_SECRET_ACCESS_KEY: 'The secret of S3_ACCESS_KEY_ID.',
  BACKUP_TO:
    'Where `postern backup` puts archives: a folder, or `s3://bucket/folder` at S3_ENDPOINT. A folder of DATA_DIRECTORY unless set: [backup.md](backup.md).',
  BACKUP_RECIPIENTS: 'Public keys of age (`age1…`), separated by commas, that backups are encrypted to.',
  BLOB_TIMEOUT_SECONDS: 'How long the store of files may take for one answer, and for each part of a file.',
  PROVIDER_TIMEOUT_SECONDS: 'How long another identity provider may take for one answer.',
  LOG_LEVEL: 'The least level that is logged.',
  LOG_FORMAT: '`pretty` for people, `json` for programs. Unless said, `pretty` in development and `json` elsewhere.',
  LOG_FILE: 'Writes logs to this file too, on Bun only. A full one is put aside as `.1`, `.2`, ….',
  LOG_FILE_MEGABYTES: 'When a log file is full.',
  LOG_FILE_COUNT: 'How many full log files are kept.',
  METRICS: '`off`: nothing is measured, and `/metrics` is absent. See [observability.md](observability.md#metrics).',
  OTEL_EXPORTER_OTLP_ENDPOINT:
    'A collector that takes OTLP over HTTP, as OpenTelemetry names it: traces go to `/v1/traces` below it. Absent: nothing is traced.',
  OTEL_EXPORTER_OTLP_HEADERS: 'Headers for the collector: `name=value`, separated by commas.',
  OTEL_SERVICE_NAME: 'What traces call this service.',
  OTEL_TRACES_SAMPLER:
    '`parentbased_traceidratio`: who calls decides whether their trace is kept, and the ratio where nobody does. `traceidratio`: the ratio alone.',
  OTEL_TRACES_SAMPLER_ARG: 'Which part of traces is kept, from 0 to 1. Those with a failure always are.',
  EXPLANATIONS: '`off`: which check refused a request is not kept, and nobody can ask for it.',
  SENTRY_DSN: 'Where unexpected errors are reported, to Sentry or what speaks as it does.',
  AUDIT_WEBHOOK_URL: 'Where the audit record is sent on to, as it is written.',
  AUDIT_WEBHOOK_SECRET: 'Signs what is sent there, as Standard Webhooks has it: `whsec_…`.',
  AUDIT_SYSLOG_URL:
    'Where the audit record is sent on to over syslog, on Bun only: `tls://host:6514` or `tcp://host:514`.',
}
