import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

/**
 * One row for each session and none for its tokens: the refresh token carries this id and `counter` under an HMAC.
 * `ip_address`, `user_agent` and `device` are personal data.
 */
export const sessions = pgTable(
  'session',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    counter: integer().notNull().default(0),
    rotatedAt: timestamp('rotated_at', { withTimezone: true, precision: 3 }).notNull(),
    amr: jsonb().$type<string[]>().notNull(),
    acr: text().notNull(),
    /** The account at another provider that it was opened with. */
    identityId: uuid('identity_id'),
    authenticatedAt: timestamp('authenticated_at', { withTimezone: true, precision: 3 }).notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    lastUsedAt: timestamp('last_used_at', { withTimezone: true, precision: 3 }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
    absoluteExpiresAt: timestamp('absolute_expires_at', { withTimezone: true, precision: 3 }).notNull(),
    revokedAt: timestamp('revoked_at', { withTimezone: true, precision: 3 }),
    revokedBecause: text('revoked_because', {
      enum: [
        'logout',
        'revoked',
        'others_revoked',
        'refresh_reuse',
        'email_proved',
        'password_reset',
        'password_changed',
        'email_changed',
        'role_granted',
        'provider_logout',
        'account_closed',
        'account_reopened',
        'banned',
        'staff',
        'impersonation_ended',
        'keys_revoked',
      ],
    }),
    /** The second factor that raised it to `aal2`, if that is one that can be removed. */
    secondFactorId: uuid('second_factor_id'),
    /** Until when it may go on without the second factor that its owner has or must have. */
    waivedUntil: timestamp('waived_until', { withTimezone: true, precision: 3 }),
    /** The organization that it acts for; whether it may still, `organization_access` says. */
    organizationId: uuid('organization_id'),
    /** Whoever of the staff opened it to act as its owner, and why. */
    impersonatorId: uuid('impersonator_id'),
    impersonationReason: text('impersonation_reason'),
    /** Their own session, with which it ends. */
    impersonatorSessionId: uuid('impersonator_session_id'),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    /** What stays the same of a browser and its network: to tell a new device from a known one. */
    device: text(),
  },
  (table) => [
    index().on(table.userId, table.id),
    index().on(table.expiresAt),
    index().on(table.impersonatorId).where(sql`impersonator_id is not null`),
  ],
)

/**
 * A log-in that has shown one factor and waits for the second: it opens nothing. Its token carries the id under an HMAC.
 * It is deleted when the session opens.
 */
export const logInChallenges = pgTable(
  'log_in_challenge',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** `enrolment`: there is no second factor yet, and the policy wants one first. */
    kind: text({ enum: ['second-factor', 'enrolment'] }).notNull(),
    /** How the first factor was shown (RFC 8176). */
    amr: jsonb().$type<string[]>().notNull(),
    /** The account at another provider that showed it. */
    identityId: uuid('identity_id'),
    transport: text({ enum: ['bearer', 'cookie'] }).notNull(),
    /** Whom failures count against, as in `lockout`. */
    subject: text().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index().on(table.userId), index().on(table.expiresAt)],
)

/**
 * A device on which its owner asked not to be asked for the second factor, by the id in its device token. `ip_address` and
 * `user_agent` are personal data.
 */
export const trustedDevices = pgTable(
  'trusted_device',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
    lastUsedAt: timestamp('last_used_at', { withTimezone: true, precision: 3 }).notNull(),
    expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [index().on(table.userId, table.id), index().on(table.expiresAt)],
)

/**
 * The keys that sign access tokens. The private half is sealed (AES-256-GCM). Which key is next, current or previous
 * follows from `signs_from` alone, so that instances agree without telling each other.
 */
export const signingKeys = pgTable('signing_key', {
  keyId: text('key_id').primaryKey(),
  generation: integer().notNull().unique(),
  algorithm: text({ enum: ['EdDSA', 'ES256'] }).notNull(),
  publicJwk: jsonb('public_jwk').$type<Record<string, string>>().notNull(),
  sealedPrivateJwk: text('sealed_private_jwk').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
  signsFrom: timestamp('signs_from', { withTimezone: true, precision: 3 }).notNull(),
  /** From when on nothing that it signed is accepted: it, or what sealed it, is in strange hands. */
  revokedAt: timestamp('revoked_at', { withTimezone: true, precision: 3 }),
})

/**
 * Since when and until when each version of SECRET was the newest of an instance, by the name that seals have for it: so
 * that somebody can tell whether tokens of an older one may live.
 */
export const secretVersions = pgTable('secret_version', {
  keyId: text('key_id').primaryKey(),
  firstNewestAt: timestamp('first_newest_at', { withTimezone: true, precision: 3 }).notNull(),
  lastNewestAt: timestamp('last_newest_at', { withTimezone: true, precision: 3 }).notNull(),
})

/**
 * Failures in a row to prove who one is, and the lock that follows. The subject is an account (by the SHA-256 of its
 * address, whether or not there is one), a device that logged in before, or a network (by its SHA-256): pseudonymous.
 */
export const lockouts = pgTable(
  'lockout',
  {
    subject: text().primaryKey(),
    failures: integer().notNull(),
    /** When the first of them happened. */
    since: timestamp({ withTimezone: true, precision: 3 }).notNull(),
    lockedUntil: timestamp('locked_until', { withTimezone: true, precision: 3 }),
  },
  (table) => [index().on(table.since)],
)
