import { sql } from 'drizzle-orm'
import {
  bigint,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })

/** How long a record is kept: see the table `audit_retention`. */
export const retentions = ['security', 'activity'] as const

/**
 * What happened, append-only. No foreign keys: the record outlives what it speaks of.
 * `ip_address`, `user_agent` and `place` are personal data, which is destroyed in time, with `personal_salt`; the ids
 * stay, which are pseudonyms. Nothing else of a row ever changes, and none is deleted: a trigger sees to that. The table is
 * partitioned, by `retention` and then by the month of the id; a whole month goes when its time is over.
 */
export const auditEvents = pgTable(
  'audit_event',
  {
    id: uuid().notNull(),
    retention: text({ enum: retentions }).notNull().default('security'),
    /** Its place in the record. Of rows of builds before there is none; they stand before all others. */
    position: bigint({ mode: 'number' }).default(
      sql`CASE WHEN pg_current_xact_id() IS NOT NULL THEN nextval('audit_position') END`,
    ),
    occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
    type: text().notNull(),
    actorKind: text('actor_kind', { enum: ['anonymous', 'user', 'machine', 'system'] }).notNull(),
    actorId: text('actor_id'),
    /** By which credential: `session:…` or `api_key:…`. */
    credential: text(),
    outcome: text({ enum: ['done', 'refused', 'failed'] })
      .notNull()
      .default('done'),
    userId: uuid('user_id'),
    sessionId: uuid('session_id'),
    requestId: text('request_id').notNull(),
    traceId: text('trace_id'),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    /** Where the address is, as far as the platform tells: country, region and city. */
    place: text(),
    /** Makes `personal_digest` one that nobody can guess the personal part from; destroyed with it. */
    personalSalt: text('personal_salt'),
    /** SHA-256 over the salt and the personal part: what a chain is made of, so that it holds when they are destroyed. */
    personalDigest: text('personal_digest'),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.id, table.retention] }),
    index().on(table.position),
    index().on(table.requestId),
    index().on(table.type, table.id),
    index().on(table.userId, table.id),
    // What an account shows its owner: of most events there, its refreshes, it shows none.
    index('audit_event_activity_index').on(table.userId, table.id).where(sql`type <> 'session.refreshed'`),
    index('audit_event_personal_index')
      .on(table.occurredAt)
      .where(sql`coalesce(personal_salt, ip_address, user_agent, place) is not null`),
    // What statistics count, and whom.
    index('audit_event_statistics_index')
      .on(table.type, table.occurredAt, table.userId)
      .where(
        sql`type in ('account.registered', 'account.created', 'login.succeeded', 'login.failed', 'second_factor.failed', 'session.refreshed')`,
      ),
    // What somebody did to another, or a program did.
    index('audit_event_other_actor_index')
      .on(table.actorId, table.id)
      .where(sql`actor_kind in ('user', 'machine') and actor_id is distinct from user_id::text`),
  ],
)

/** For how many months records of a kind are kept. Only whoever owns the table can change it. */
export const auditRetention = pgTable('audit_retention', {
  retention: text({ enum: retentions }).primaryKey(),
  months: integer().notNull(),
})

/**
 * A stretch of the record that is sealed: a Merkle tree (RFC 6962, section 2.1) over its records, whose root is signed
 * together with the seal before. Each retention has a chain of its own, numbered from 1. Append-only.
 */
export const auditSeals = pgTable(
  'audit_seal',
  {
    retention: text({ enum: retentions }).notNull(),
    number: integer().notNull(),
    firstPosition: bigint('first_position', { mode: 'number' }).notNull(),
    lastPosition: bigint('last_position', { mode: 'number' }).notNull(),
    /** The leaf of each record, 32 bytes each, in the order of their positions. */
    leaves: bytea().notNull(),
    /** A JWS: what is sealed, and the digest of the seal before. */
    statement: text().notNull(),
    sealedAt: timestamp('sealed_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.retention, table.number] }),
    index().on(table.retention, table.lastPosition),
  ],
)

/** How far the record is complete: no transaction is open any more that could write before this position. One row. */
export const auditHorizon = pgTable('audit_horizon', {
  id: integer().primaryKey(),
  /** Complete up to here. */
  position: bigint({ mode: 'number' }).notNull(),
  /** What will be complete once every transaction before `transaction` has ended. */
  nextPosition: bigint('next_position', { mode: 'number' }).notNull(),
  transaction: text().notNull(),
})

/** How far the record was sent elsewhere, for each destination. */
export const auditStreams = pgTable('audit_stream', {
  destination: text().primaryKey(),
  position: bigint({ mode: 'number' }).notNull(),
  sentAt: timestamp('sent_at', { withTimezone: true, precision: 3 }),
  /** Why the last try failed; null after one that went well. */
  failure: text(),
})
