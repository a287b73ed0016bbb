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
    ]),
    /** The address that the account had when it happened. */
    recipient: z.string(),
    newEmail: z.string().nullable(),
    /** What the notice speaks of, for example an authenticator's name. Jobs of the build before have none. */
    detail: z.string().nullable().optional(),
  }),
  'delete-expired-sessions': nothing,
  'delete-expired-tokens': nothing,
  'delete-old-messages': nothing,
  'delete-expired-answers': nothing,
  'delete-old-failures': nothing,
  'delete-unfinished-enrolments': nothing,
  'delete-lost-log-ins': nothing,
  'refresh-provider-tokens': nothing,
  'revoke-provider-tokens': z.strictObject({ revocationId: z.uuid() }),
  'renew-totp-seals': nothing,
} as const satisfies Record<QueueName, z.ZodType>

/** What a row of the queue holds: the payload, and the request that caused the job. */
export const JobData = z.strictObject({
  payload: z.unknown(),
  cause: z.strictObject({
    requestId: z.string(),
    at: z.coerce.date(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
  }),
})
