import type { Database } from '#db/database'
import { migrate, migrateEmbedded } from '#platform/migrate'
import type { Migration } from '#platform/migration-files'
import { openPglite } from '#platform/pglite'
import { createPostgres } from '#platform/postgres'
import { openDatabases } from './open-databases'
import { withBuilder } from './with-builder'

/** The server that suites run on when it is set; each process takes a database of its own there. */
const serverUrl = process.env.TEST_DATABASE_URL

/** Whether several connections work at once here; the embedded Postgres has one. */
export const isOnServer = serverUrl !== undefined

const connect = (url: string) =>
  createPostgres({ url, prepare: true, serverDeadline: true, timeoutSeconds: 20, maxConnections: 4 })

/** Makes an empty database on the server, without a schema; `close` drops it. */
const createDatabase = async (server: string): Promise<{ db: Database; close: () => Promise<void> }> => {
  const name = `postern_test_${crypto.randomUUID().replaceAll('-', '')}`
  const administration = connect(server)
  await administration.db.run(`create database ${name}`, [], 'objects')
  const { db, close } = connect(Object.assign(new URL(server), { pathname: `/${name}` }).href)
  const drop = async () => {
    await close()
    await administration.db.run(`drop database ${name} with (force)`, [], 'objects')
    await administration.close()
    openDatabases.delete(drop)
  }
  openDatabases.add(drop)
  return { db, close: drop }
}

/** An empty database without a schema, of the kind that the suites run on. */
export const openEmptyDatabase = () => (serverUrl === undefined ? openPglite() : createDatabase(serverUrl))

/** Brings it up to date in the way of its kind. */
export const migrateTestDatabase = (db: Database, migrations?: Migration[]): Promise<number> =>
  isOnServer ? migrate(db, migrations && { migrations }) : migrateEmbedded(db, migrations)

const { db } = await openEmptyDatabase()
await migrateTestDatabase(db)

/** One for the whole process: opening one takes seconds, emptying it a few milliseconds. */
export const testDatabase = withBuilder(db)

const tables = await db.run("select tablename from pg_tables where schemaname = 'public'", [], 'arrays')

/** What migrations put there. */
const seeded = ['audit_retention', 'audit_horizon']

/** The record is append-only, but for whoever switches its triggers off. */
const emptying = [
  'begin',
  'set local session_replication_role = replica',
  'delete from pgboss.job',
  ...tables
    .flat()
    .filter((table) => !seeded.includes(String(table)))
    .map((table) => `delete from "${table}"`),
  `update audit_horizon set position = 0, next_position = 0, transaction = '0'`,
  'commit',
].join(';')

/** Leaves the schema and nothing in it but what migrations put there, no job either. */
export const emptyTestDatabase = async (): Promise<void> => {
  await db.script(emptying)
}
