import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '#db/database'
import { liveCaller } from '#db/live-session'
import { type Placeholders, type StatementValues, statement } from '#db/statement'
import { privilegedCaller } from '../authenticators/fragments'
import type { KeyHolder } from './contract'

/** Whose keys a statement is about, as values of it. */
export type OwnerValues = {
  userId: string | null
  sessionId: string | null
  freshAfter: Date | null
  organizationId: string | null
  serviceAccountId: string | null
  now: Date
}

type Kind = KeyHolder['kind']

/** One statement for each kind of owner, since the text says which column names them. */
export const forEachKind = <Values extends StatementValues, Row>(
  name: string,
  build: (value: Placeholders<Values & OwnerValues>, kind: Kind) => SQL,
) => {
  const statements = {
    user: statement<Values & OwnerValues, Row>(`${name}:user`, (value) => build(value, 'user')),
    organization: statement<Values & OwnerValues, Row>(`${name}:organization`, (value) => build(value, 'organization')),
    'service-account': statement<Values & OwnerValues, Row>(`${name}:service-account`, (value) =>
      build(value, 'service-account'),
    ),
  }
  return (db: Database, kind: Kind, values: Values & OwnerValues) => statements[kind](db, values)
}

/**
 * The owner as one row of the three columns, with what a service account may do. No row: the person's session is over or,
 * for what `changes` something, not fresh or strong enough; or there is no such service account.
 */
export const ownerOf = (value: Placeholders<OwnerValues>, kind: Kind, changes: boolean): SQL => {
  if (kind === 'user') {
    const caller = changes ? privilegedCaller(value) : liveCaller(value)
    return sql`select caller.user_id, null::uuid as organization_id, null::uuid as account_id, null::jsonb as permissions
    from (${caller}) caller`
  }
  if (kind === 'organization') {
    return sql`select null::uuid as user_id, ${value.organizationId}::uuid as organization_id, null::uuid as account_id,
      null::jsonb as permissions`
  }
  return sql`select null::uuid as user_id, account.organization_id, account.id as account_id, account.permissions
  from service_account account
  where account.id = ${value.serviceAccountId}::uuid
    and account.organization_id is not distinct from ${value.organizationId}::uuid`
}

/** Whether `key` is one of the owner's. */
export const isOwn = (kind: Kind): SQL => {
  if (kind === 'user') return sql`key.user_id = owner.user_id`
  if (kind === 'organization')
    return sql`key.organization_id = owner.organization_id and key.service_account_id is null`
  return sql`key.service_account_id = owner.account_id`
}

/** Whether `key` is accepted at a moment. */
export const isAccepted = (now: SQL): SQL =>
  sql`key.revoked_at is null and (key.expires_at is null or key.expires_at > ${now}::timestamptz)`

/** The columns of an `ApiKeyRow`. */
export const keyColumns = (relation: string): SQL =>
  sql.raw(
    [
      ...['id', 'name', 'prefix', 'scopes', 'allowed_networks as "allowedNetworks"'],
      ...['limit_per_minute as "limitPerMinute"', 'expires_at as "expiresAt"', 'last_used_at as "lastUsedAt"'],
      'created_at as "createdAt"',
    ]
      .map((column) => `${relation}.${column}`)
      .join(', '),
  )

/** A row of a left join that found nothing. */
export type Absent<Row> = { [Name in keyof Row]: null }

/** Whose event it is when something happened to the keys of a relation. */
export const happenedTo = (relation: string) => ({
  from: sql.raw(relation),
  userId: sql.raw(`${relation}.user_id`),
})
