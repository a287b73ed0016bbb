import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'

type Nothing = Record<never, never>

/** The newest migration that was applied, in milliseconds since 1970. Fails when none ever was. */
export const findNewestMigration = statement<Nothing, { version: number }>(
  'findNewestMigration',
  () => sql`select coalesce(max(created_at), 0)::float8 as version from drizzle.__drizzle_migrations`,
)

/** The database's own clock, in milliseconds since 1970. */
export const readDatabaseClock = statement<Nothing, { milliseconds: number }>(
  'readDatabaseClock',
  () => sql`select extract(epoch from clock_timestamp())::float8 * 1000 as milliseconds`,
)

export interface RoleRow {
  role: string
  isSuperuser: boolean
  bypassesRowSecurity: boolean
  ownsTables: boolean
  mayRewriteRecord: boolean
  lacks: string[]
}

/** What the role that we log in with may do, what of that it should not, and what it lacks: the first five rights. */
export const describeRole = statement<Nothing, RoleRow>(
  'describeRole',
  () => sql`
  with ours as (
    select object.oid, space.nspname || '.' || object.relname as name, object.relname, object.relowner
    from pg_class object join pg_namespace space on space.oid = object.relnamespace
    where space.nspname in ('public', 'pgboss') and object.relkind in ('r', 'p')
  ), lacking as (
    select 'SELECT on ' || name as what from ours where not has_table_privilege(oid, 'SELECT')
    union all
    select 'INSERT on ' || name from ours where relname <> 'audit_retention' and relname <> 'audit_horizon'
      and not has_table_privilege(oid, 'INSERT')
    union all
    select 'membership in postern_tenant' from pg_roles
    where rolname = 'postern_tenant' and not pg_has_role(oid, 'MEMBER')
    union all
    select 'USAGE of schema ' || nspname from pg_namespace
    where nspname in ('pgboss', 'audit', 'drizzle') and not has_schema_privilege(oid, 'USAGE')
  )
  select current_user::text as role, own.rolsuper as "isSuperuser", own.rolbypassrls as "bypassesRowSecurity",
    exists (select from ours where pg_has_role(relowner, 'USAGE')) as "ownsTables",
    exists (
      select from ours where relname in ('audit_event', 'audit_seal') and (has_table_privilege(oid, 'DELETE')
        or has_table_privilege(oid, 'TRUNCATE') or has_table_privilege(oid, 'UPDATE'))
    ) as "mayRewriteRecord",
    (select coalesce(json_agg(what), '[]') from (select what from lacking order by what limit 5) few) as lacks
  from pg_roles own where own.rolname = current_user`,
)

/** Where the database sees us, null through a socket of its machine, and whether what we say is encrypted. */
export const describeConnection = statement<Nothing, { clientAddress: string | null; isEncrypted: boolean }>(
  'describeConnection',
  () => sql`
  select host(inet_client_addr()) as "clientAddress",
    coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "isEncrypted"`,
)

/** Puts a number into a row that nobody else looks for: among refusals, of which old ones are deleted by themselves. */
export const writeMark = statement<{ id: string; now: Date; mark: number }, never>(
  'writeMark',
  (value) => sql`
  insert into refusal (id, request_id, occurred_at, method, route, status, problem, facts, actor_kind)
  values (${value.id}::uuid, 'checkup-' || ${value.id}::text, ${value.now}::timestamptz, 'POST', '/internal/checkup', 200,
    'none', jsonb_build_object('mark', ${value.mark}::integer), 'system')
  on conflict (id) do update set facts = excluded.facts`,
)

/** Reads the number by the same words each time, and by nothing that changes by itself: what a cache would keep. */
export const readMark = statement<{ id: string }, { mark: number }>(
  'readMark',
  (value) => sql`select (facts->>'mark')::integer as mark from refusal where id = ${value.id}::uuid`,
)

export const eraseMark = statement<{ id: string }, never>(
  'eraseMark',
  (value) => sql`delete from refusal where id = ${value.id}::uuid`,
)

/** The newest signing keys, the last first. */
export const listNewestKeys = statement<Nothing, { keyId: string; signsFrom: Date; sealedPrivateJwk: string }>(
  'listNewestKeys',
  () => sql`
  select key_id as "keyId", signs_from as "signsFrom", sealed_private_jwk as "sealedPrivateJwk"
  from signing_key order by generation desc limit 3`,
)
