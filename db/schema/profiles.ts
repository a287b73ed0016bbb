import { integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** OpenID Connect's address claim (Core 1.0, section 5.1.1), in camelCase. */
export interface StoredAddress {
  formatted?: string
  streetAddress?: string
  locality?: string
  region?: string
  postalCode?: string
  country?: string
}

/** A person with an account: what every feature may show of them. Every column but the id is personal data. */
export const users = pgTable('user', {
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
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull(),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull(),
})
