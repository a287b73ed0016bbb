import { index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import { organizations } from './organizations'
import { users } from './profiles'

const instant = <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3 })

/** A program that signs in for itself, of an organization or, without one, of the platform. Its keys are its credentials. */
export const serviceAccounts = pgTable(
  'service_account',
  {
    id: uuid().primaryKey(),
    organizationId: uuid('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    permissions: jsonb().$type<string[]>().notNull(),
    createdBy: uuid('created_by'),
    createdAt: instant('created_at').notNull(),
    disabledAt: instant('disabled_at'),
  },
  (table) => [index().on(table.organizationId), index().on(table.createdBy)],
)

/**
 * An API key, kept as its SHA-256: of a person, an organization or a service account, which is the one of the three that
 * is set. Credential; whose it is and its name are personal data.
 */
export const apiKeys = pgTable(
  'api_key',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    organizationId: uuid('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    serviceAccountId: uuid('service_account_id').references(() => serviceAccounts.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** Its first characters, by which its owner knows it again. */
    prefix: text().notNull(),
    keyHash: text('key_hash').notNull().unique(),
    /** What it may do of what its owner may. */
    scopes: jsonb().$type<string[]>().notNull(),
    /** Networks in CIDR notation that it is accepted from; none for all. */
    allowedNetworks: jsonb('allowed_networks').$type<string[]>().notNull(),
    limitPerMinute: integer('limit_per_minute'),
    createdBy: uuid('created_by'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    revokedAt: instant('revoked_at'),
    /** The key that takes its place. */
    replacedBy: uuid('replaced_by').unique(),
  },
  (table) => [
    index().on(table.userId),
    index().on(table.organizationId),
    index().on(table.serviceAccountId),
    index().on(table.createdBy),
  ],
)
