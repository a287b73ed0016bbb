import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

/** What is bound to a Worker of better-auth. */
export interface BetterAuthBindings {
  BASE_URL: string
  SECRET: string
  HYPERDRIVE: { connectionString: string }
}

export interface Execution {
  waitUntil(work: Promise<unknown>): void
}

/** A database for one request: on Workers a socket belongs to the request that opened it. */
export const openDatabase = ({ HYPERDRIVE }: BetterAuthBindings) => {
  const sql = postgres(HYPERDRIVE.connectionString, { max: 5, fetch_types: false })
  return { db: drizzle(sql), close: () => sql.end() }
}
