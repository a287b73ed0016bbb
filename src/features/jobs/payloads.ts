import * as z from 'zod'
import type { QueueName } from '#core/queues'

const address = z.strictObject({ email: z.string() })
const nothing = z.strictObject({})

/** What each job is given. Never a secret: whoever needs a token issues it when the job is worked. */
export const jobPayloads = {
  'send-log-in-mail': address,
  'send-reset-mail': address,
  'send-registration-mail': address,
  'send-verification-mail': address,
  'send-email-change-mail': z.strictObject({ userId: z.uuid(), newEmail: z.string(), sessionId: z.uuid() }),
  /** The address that the account had when it was locked. */
  'send-lockout-mail': z.strictObject({ userId: z.uuid(), recipient: z.string() }),
  'send-security-notice': z.strictObject({
    userId: z.uuid(),
    notice: z.enum([
      'new-device',
      'password-changed',
      'email-change-requested',
      'email-changed',
      'totp-added',
      'totp-removed',
      'passkey-added',
      'passkey-removed',
      'identity-linked',
      'identity-unlinked',
      'recovery-code-used',
      'recovery-codes-replaced',
      'second-factor-locked',
      'factors-reset',
      'impersonated',
    ]),
    /** The address that the account had when it happened. */
    recipient: z.string(),
    newEmail: z.string().nullable(),
    /** What the notice speaks of, for example an authenticator's name. Jobs of the build before have none. */
    detail: z.string().nullable().optional(),
  }),
  /** To whoever closed their account: how to take it back. */
  'send-closed-mail': z.strictObject({ userId: z.uuid() }),
  'send-export-mail': z.strictObject({ userId: z.uuid(), exportId: z.uuid() }),
  /** The address is the invitation’s: by it the job is found when the address is erased. */
  'send-invitation-mail': z.strictObject({ organizationId: z.uuid(), invitationId: z.uuid(), email: z.string() }),
  'export-data': z.strictObject({ userId: z.uuid(), exportId: z.uuid() }),
  'erase-account': z.strictObject({ erasureId: z.uuid() }),
  /** The ban that ends, by its beginning: another one since then stays. */
  'lift-ban': z.strictObject({ userId: z.uuid(), bannedAt: z.iso.datetime({ offset: true }) }),
  'run-bulk-operation': z.strictObject({ operationId: z.uuid() }),
  'delete-old-operations': nothing,
  'delete-old-refusals': nothing,
  'begin-due-erasures': nothing,
  'expire-exports': nothing,
  'delete-expired-sessions': nothing,
  'delete-expired-tokens': nothing,
  'delete-old-messages': nothing,
  'delete-expired-answers': nothing,
  'delete-old-failures': nothing,
  'delete-unfinished-enrolments': nothing,
  'delete-lost-log-ins': nothing,
  'delete-old-invitations': nothing,
  'refresh-provider-tokens': nothing,
  'revoke-provider-tokens': z.strictObject({ revocationId: z.uuid() }),
  'renew-seals': nothing,
  'destroy-old-personal-parts': nothing,
  'migrate-attributes': nothing,
  'delete-dropped-blobs': nothing,
  /** Somebody who proved an address. */
  'join-by-domain': z.strictObject({ userId: z.uuid() }),
  'join-people-of-domain': z.strictObject({ domainId: z.uuid() }),
  'recheck-domains': nothing,
  'stream-audit-record': nothing,
  'seal-audit-record': nothing,
  'maintain-audit-record': nothing,
} as const satisfies Record<QueueName, z.ZodType>

/** What a row of the queue holds: the payload, and the request that caused the job. */
export const JobData = z.strictObject({
  payload: z.unknown(),
  cause: z.strictObject({
    requestId: z.string(),
    at: z.coerce.date(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    /** Jobs of the build before have none. */
    place: z.string().nullable().default(null),
    traceparent: z.string().nullable().default(null),
  }),
})
