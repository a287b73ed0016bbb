import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

const instant = <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3 })

const ownerId = () =>
  uuid('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' })

/** OpenID Connect's address claim (Core 1.0, section 5.1.1), in camelCase. */
export interface StoredAddress {
  formatted?: string
  streetAddress?: string
  locality?: string
  region?: string
  postalCode?: string
  country?: string
}

const columnsOfUser = {
  id: uuid().primaryKey(),
  email: text().notNull().unique(),
  emailVerifiedAt: timestamp('email_verified_at', { withTimezone: true, precision: 3 }),
  name: text(),
  bio: text(),
  phone: text(),
  address: jsonb().$type<StoredAddress>(),
  locale: text(),
  timeZone: text('time_zone'),
  website: text(),
  picture: text(),
  /** How many recovery codes are unused; null for who never made any. */
  recoveryCodesLeft: integer('recovery_codes_left'),
  /** Set, no door opens to them and no mail is sent that would open one. */
  bannedAt: timestamp('banned_at', { withTimezone: true, precision: 3 }),
  /** When a job lifts the ban; null for never. */
  bannedUntil: timestamp('banned_until', { withTimezone: true, precision: 3 }),
  /** Why, for staff. */
  banReason: text('ban_reason'),
  /** What the operator declares beside the columns, by name, as of `attributes_version` of the declaration. */
  attributes: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  attributesVersion: integer('attributes_version').notNull().default(0),
  /** Who sees which field of the profile, where its owner said so. */
  visibility: jsonb().$type<Record<string, string>>().notNull().default({}),
  /** Set, the account is closed at its owner's wish and will be erased: see `erasure`. */
  closedAt: timestamp('closed_at', { withTimezone: true, precision: 3 }),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull(),
}

/**
 * A person with an account: what every feature may show of them. Every column but the id is personal data. The index is for
 * `migrate-attributes`.
 */
export const users = pgTable('user', columnsOfUser, (table) => [
  index().on(table.attributesVersion).where(sql`${table.attributes} <> '{}'`),
  // What staff search by: all parts of an address or a name.
  index('user_search_index').using('gin', sql`email gin_trgm_ops`, sql`name gin_trgm_ops`),
  // The order in which staff see accounts, and what they look for apart.
  index().on(table.createdAt, table.id),
  index('user_banned_index').on(table.createdAt, table.id).where(sql`banned_at is not null`),
  index('user_closed_index').on(table.createdAt, table.id).where(sql`closed_at is not null`),
  index('user_unverified_index').on(table.createdAt, table.id).where(sql`email_verified_at is null`),
])

/** How somebody wants things to be, where it is not as by default. Personal data. */
export const preferences = pgTable('preference', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  document: jsonb().$type<Record<string, unknown>>().notNull(),
  updatedAt: instant('updated_at').notNull(),
})

/** Which version of the terms and of the privacy policy somebody accepted. Personal data. */
export const termsAcceptances = pgTable(
  'terms_acceptance',
  {
    userId: ownerId(),
    document: text({ enum: ['terms', 'privacy'] }).notNull(),
    version: text().notNull(),
    acceptedAt: instant('accepted_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.document, table.version] })],
)

/**
 * What the blob store holds, written before the blob is and deleted after it: no blob is without a row. No foreign key,
 * since the blob outlives a row that a cascade would take. `drop_after` is null while it is in use. Personal data.
 */
export const blobs = pgTable(
  'blob',
  {
    key: text().primaryKey(),
    /** A person, or the operation on many accounts whose file it is a part of. */
    userId: uuid('user_id').notNull(),
    /**
     * An upload is promised, then `uploaded` where it comes through us, and `spent` once it has been used. A part of an
     * operation's file is a `draft` until the operation says that it is one of them, by its commit.
     */
    kind: text({ enum: ['avatar', 'upload', 'uploaded', 'spent', 'export', 'draft', 'bulk'] }).notNull(),
    createdAt: instant('created_at').notNull(),
    dropAfter: instant('drop_after'),
  },
  (table) => [index().on(table.userId), index().on(table.dropAfter)],
)
