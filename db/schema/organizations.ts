import { sql } from 'drizzle-orm'
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { users } from './profiles'

const instant = <Name extends string>(name: Name) => timestamp(name, { withTimezone: true, precision: 3 })

const organizationId = () =>
  uuid('organization_id')
    .notNull()
    .references(() => organizations.id, { onDelete: 'cascade' })

/**
 * A tenant. Its rows, and those of the tables below, are behind row-level security for the role `postern_tenant`: it sees
 * the tenant that `postern.organization_id` names, and nothing while that names none.
 */
export const organizations = pgTable('organization', {
  id: uuid().primaryKey(),
  slug: text().notNull().unique(),
  name: text().notNull(),
  /** Whether members must have shown a second factor where they act for it. */
  requiresSecondFactor: boolean('requires_second_factor').notNull().default(false),
  /** By which of `password`, `email`, `passkey`, `federation` they must have logged in; null for any. */
  allowedMethods: jsonb('allowed_methods').$type<string[]>(),
  /** How long after they showed who they are members may act for it; null for as long as their session lives. */
  sessionSeconds: integer('session_seconds'),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
})

/** Who belongs to an organization, and as what: `owner`, of which there is one, `admin`, `member` or a role of its own. Personal data. */
export const organizationMembers = pgTable(
  'organization_member',
  {
    organizationId: organizationId(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text().notNull(),
    joinedBy: text('joined_by', { enum: ['creation', 'invitation', 'domain'] }).notNull(),
    joinedAt: instant('joined_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId] }),
    index().on(table.userId),
    uniqueIndex('organization_member_owner').on(table.organizationId).where(sql`role = 'owner'`),
  ],
)

/** A role that an organization made for itself. */
export const organizationRoles = pgTable(
  'organization_role',
  {
    organizationId: organizationId(),
    name: text().notNull(),
    description: text().notNull(),
    permissions: jsonb().$type<string[]>().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.name] })],
)

/** Some members of an organization, by a name. */
export const teams = pgTable(
  'team',
  {
    id: uuid().primaryKey(),
    organizationId: organizationId(),
    name: text().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [unique('team_name').on(table.organizationId, table.name)],
)

/** Who is in a team: always a member of its organization. Personal data. */
export const teamMembers = pgTable(
  'team_member',
  {
    teamId: uuid('team_id')
      .notNull()
      .references(() => teams.id, { onDelete: 'cascade' }),
    organizationId: uuid('organization_id').notNull(),
    userId: uuid('user_id').notNull(),
    joinedAt: instant('joined_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.teamId, table.userId] }),
    index().on(table.organizationId, table.userId),
    foreignKey({
      name: 'team_member_member_fk',
      columns: [table.organizationId, table.userId],
      foreignColumns: [organizationMembers.organizationId, organizationMembers.userId],
    }).onDelete('cascade'),
  ],
)

/**
 * An invitation, for whoever proves its address. The token is issued when its mail is sent and kept as its SHA-256; one of
 * an organization and an address is open at a time. Credential; the e-mail is personal data.
 */
export const invitations = pgTable(
  'invitation',
  {
    id: uuid().primaryKey(),
    organizationId: organizationId(),
    email: text().notNull(),
    role: text().notNull(),
    invitedBy: uuid('invited_by'),
    tokenHash: text('token_hash').unique(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    acceptedAt: instant('accepted_at'),
    acceptedBy: uuid('accepted_by'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [
    uniqueIndex('invitation_open')
      .on(table.organizationId, table.email)
      .where(sql`accepted_at is null and revoked_at is null`),
    index().on(table.email),
    index().on(table.invitedBy),
    index().on(table.acceptedBy),
    index().on(table.expiresAt),
  ],
)

/**
 * A domain that an organization says is its own. It is once DNS has `challenge` in a TXT record, which is looked at again
 * and again; one organization has it at a time.
 */
export const organizationDomains = pgTable(
  'organization_domain',
  {
    id: uuid().primaryKey(),
    organizationId: organizationId(),
    domain: text().notNull(),
    challenge: text().notNull(),
    /** As what those join by themselves who prove an address of it; null for nobody. */
    autoJoinRole: text('auto_join_role'),
    createdAt: instant('created_at').notNull(),
    verifiedAt: instant('verified_at'),
    checkedAt: instant('checked_at'),
    /** Since when DNS does not have the record any more. */
    missingSince: instant('missing_since'),
  },
  (table) => [
    unique('organization_domain_claim').on(table.organizationId, table.domain),
    uniqueIndex('organization_domain_verified').on(table.domain).where(sql`verified_at is not null`),
    index().on(table.checkedAt).where(sql`verified_at is not null`),
  ],
)
