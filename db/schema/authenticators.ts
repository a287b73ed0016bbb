import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { users } from './profiles'

const instant = <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3 })

const ownerId = () =>
  uuid('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' })

/**
 * An authenticator app (RFC 6238). Its secret is sealed (AES-256-GCM); until its owner has shown a code of it, it counts
 * for nothing. `last_step` only grows, so that no code works twice. Credential; the name is personal data.
 */
export const totpAuthenticators = pgTable(
  'totp_authenticator',
  {
    id: uuid().primaryKey(),
    userId: ownerId(),
    name: text().notNull(),
    sealedSecret: text('sealed_secret').notNull(),
    /** The time step of the newest code that was accepted. */
    lastStep: integer('last_step'),
    createdAt: instant('created_at').notNull(),
    confirmedAt: instant('confirmed_at'),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index().on(table.userId), index().on(table.createdAt).where(sql`confirmed_at is null`)],
)

/** A single-use code for who has lost their authenticators, kept as its SHA-256 only. Credential, personal data. */
export const recoveryCodes = pgTable(
  'recovery_code',
  {
    userId: ownerId(),
    codeHash: text('code_hash').notNull(),
    createdAt: instant('created_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
)

/** A WebAuthn credential: its public key, never a secret. Credential, personal data. */
export const passkeys = pgTable(
  'passkey',
  {
    id: uuid().primaryKey(),
    userId: ownerId(),
    /** As its authenticator names it, base64url. */
    credentialId: text('credential_id').notNull().unique(),
    /** In COSE form, base64url. */
    publicKey: text('public_key').notNull(),
    /** How often it signed, as it says itself; 0 where it does not count. */
    counter: bigint({ mode: 'number' }).notNull(),
    name: text().notNull(),
    /** Which model of authenticator it lives in. */
    aaguid: text().notNull(),
    transports: jsonb().$type<string[]>().notNull(),
    isBackupEligible: boolean('is_backup_eligible').notNull(),
    isBackedUp: boolean('is_backed_up').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index().on(table.userId)],
)

/**
 * A challenge that a browser was given to sign, kept as its SHA-256: for one purpose, one account and one session or
 * log-in, where there is one. It is deleted when it comes back. Pseudonymous.
 */
export const passkeyChallenges = pgTable(
  'passkey_challenge',
  {
    challengeHash: text('challenge_hash').primaryKey(),
    purpose: text({ enum: ['register', 'log-in', 'second-factor', 'step-up'] }).notNull(),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** The session that asked, or the log-in that waits for it. */
    boundTo: uuid('bound_to'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index().on(table.userId), index().on(table.expiresAt)],
)

/** Since when a person without a second factor has been told to set one up. Pseudonymous. */
export const secondFactorDemands = pgTable('second_factor_demand', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  since: instant('since').notNull(),
})
