/** How a queue treats its jobs. pg-boss keeps the same values with each job. */
export interface QueuePolicy {
  /** Higher goes first. */
  priority: number
  retryLimit: number
  /** Before the first retry; each later one waits about twice as long (with jitter), up to `retryDelayMaxSeconds`. */
  retryDelaySeconds: number
  retryDelayMaxSeconds: number
  /** How long one try may take; then another worker may have the job. */
  expireSeconds: number
  /** How long a job waits at most before it is given up, a dead provider included. */
  retentionSeconds: number
  /** How long a finished job stays to be looked at. */
  deletionSeconds: number
}

const day = 86_400

const housekeeping: QueuePolicy = {
  priority: 0,
  retryLimit: 3,
  retryDelaySeconds: 60,
  retryDelayMaxSeconds: 900,
  expireSeconds: 600,
  retentionSeconds: day,
  deletionSeconds: day,
}

/** Tries for about five hours. Someone waits for it, so the first tries are close together. */
const mail: QueuePolicy = {
  priority: 10,
  retryLimit: 30,
  retryDelaySeconds: 1,
  retryDelayMaxSeconds: 900,
  expireSeconds: 45,
  retentionSeconds: 14 * day,
  deletionSeconds: day,
}

/** Every queue. Each has a payload in payloads.ts and a verb in src/job-handlers.ts. */
export const queues = {
  'send-log-in-mail': { ...mail, priority: 30 },
  'send-reset-mail': { ...mail, priority: 20 },
  'send-registration-mail': { ...mail, priority: 20 },
  'send-verification-mail': { ...mail, priority: 20 },
  'send-email-change-mail': { ...mail, priority: 20 },
  'send-lockout-mail': mail,
  'send-security-notice': mail,
  'send-closed-mail': { ...mail, priority: 20 },
  'send-export-mail': mail,
  'send-invitation-mail': { ...mail, priority: 15 },
  'export-data': { ...mail, priority: 5, retryDelaySeconds: 5, expireSeconds: 600 },
  'erase-account': { ...housekeeping, priority: 5, retryLimit: 30, retryDelaySeconds: 10 },
  'lift-ban': { ...housekeeping, priority: 5, retryLimit: 30, retryDelaySeconds: 10 },
  // A worker that dies loses it for a minute at the most: a run of it takes seconds, and queues the next one itself.
  'run-bulk-operation': { ...housekeeping, priority: 2, retryLimit: 30, retryDelaySeconds: 1, expireSeconds: 60 },
  'delete-old-operations': housekeeping,
  'delete-old-refusals': housekeeping,
  'begin-due-erasures': housekeeping,
  'expire-exports': housekeeping,
  'delete-expired-sessions': housekeeping,
  'delete-expired-tokens': housekeeping,
  'delete-old-messages': housekeeping,
  'delete-expired-answers': housekeeping,
  'delete-old-failures': housekeeping,
  'delete-unfinished-enrolments': housekeeping,
  'delete-lost-log-ins': housekeeping,
  'delete-old-invitations': housekeeping,
  'refresh-provider-tokens': housekeeping,
  'revoke-provider-tokens': { ...housekeeping, retryLimit: 10 },
  'renew-seals': housekeeping,
  'destroy-old-personal-parts': housekeeping,
  'migrate-attributes': housekeeping,
  'delete-dropped-blobs': housekeeping,
  'join-by-domain': { ...housekeeping, priority: 5, retryLimit: 30, retryDelaySeconds: 1 },
  'join-people-of-domain': { ...housekeeping, priority: 5, retryLimit: 30, retryDelaySeconds: 5 },
  'recheck-domains': housekeeping,
  // The next one comes in seconds, and goes on where this one stopped.
  'stream-audit-record': { ...housekeeping, expireSeconds: 90, deletionSeconds: 3600 },
  'seal-audit-record': { ...housekeeping, priority: 1, retryDelaySeconds: 5 },
  'maintain-audit-record': housekeeping,
} as const satisfies Record<string, QueuePolicy>

export type QueueName = keyof typeof queues

/** Where jobs go that failed for good, until an operator retries or discards them. */
export const deadLetterQueue = 'dead-letters'

/** How long a dead letter waits for an operator. */
export const deadLetterSeconds = 30 * day
