import postgres from 'postgres'
import { findPostgres } from '../support/postgres'

/** A new database without anything in it. */
export const createEmptyDatabase = async (): Promise<{ url: string; sql: postgres.Sql } & AsyncDisposable> => {
  const server = await findPostgres()
  const admin = postgres(server.url, { max: 1, onnotice: () => {} })
  const name = `postern_empty_${crypto.randomUUID().slice(0, 8)}`
  await admin.unsafe(`create database ${name}`)
  const url = Object.assign(new URL(server.url), { pathname: `/${name}` }).href
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'a test' } })
  return {
    url,
    sql,
    [Symbol.asyncDispose]: async () => {
      await sql.end({ timeout: 1 })
      await admin.unsafe(`drop database if exists ${name} with (force)`)
      await admin.end({ timeout: 1 })
      await server.stop()
    },
  }
}

/** What a restore changes on purpose: it is recorded, and what is lost by it, and queues get the policies of the build. */
const exceptions: Record<string, string> = {
  'public.audit_event': `where type not in ('database.restored', 'audit.seals_lost')`,
  'pgboss.queue': 'where false',
}

/** How many busy-machine figures the queue keeps is no part of a backup. */
const leftOut = /^pgboss\.(?:queue_stats|instance|warning|bam|version)/

/** The number of rows of each table, and a digest of all of them, whatever their order: by another way than backups take. */
export const digestTables = async (sql: postgres.Sql): Promise<Record<string, string>> => {
  const tables = await sql`
    select table_schema || '.' || table_name as name from information_schema.tables
    join pg_class on pg_class.oid = format('%I.%I', table_schema, table_name)::regclass
    where table_schema in ('public', 'pgboss', 'audit', 'drizzle') and relkind = 'r' order by 1`
  const found: Record<string, string> = {}
  for (const { name } of tables.filter(({ name }) => !leftOut.test(name))) {
    const isRecord = String(name).startsWith('audit.')
    const where = exceptions[isRecord ? 'public.audit_event' : name] ?? ''
    const quoted = String(name)
      .split('.')
      .map((part) => `"${part}"`)
      .join('.')
    const [row] = await sql.unsafe(
      `select count(*) || ' ' || coalesce(md5(string_agg(md5(kept::text), '' order by md5(kept::text))), '') as digest
      from ${quoted} kept ${where}`,
    )
    found[String(name)] = String(row?.digest)
  }
  return found
}
