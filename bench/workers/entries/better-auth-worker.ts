import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

/** What is bound to a Worker of better-auth. */
interface BetterAuthBindings {
  BASE_URL: string
  SECRET: string
  HYPERDRIVE: { connectionString: string }
}

interface Execution {
  waitUntil(work: Promise<unknown>): void
}

/** What differs between two of them. */
interface Parts {
  schema: Record<string, unknown>
  plugins?: BetterAuthOptions['plugins']
}

/** A Worker of better-auth. It is made for each request, as its database is: on Workers a socket belongs to the request that opened it. */
export const createBetterAuthWorker = ({ schema, plugins = [] }: Parts) => ({
  fetch: async (request: Request, bindings: BetterAuthBindings, execution: Execution): Promise<Response> => {
    const sql = postgres(bindings.HYPERDRIVE.connectionString, { max: 5, fetch_types: false })
    const options: BetterAuthOptions = {
      baseURL: bindings.BASE_URL,
      secret: bindings.SECRET,
      emailAndPassword: { enabled: true },
      rateLimit: { enabled: false },
      plugins,
      database: drizzleAdapter(drizzle(sql), { provider: 'pg', schema }),
    }
    try {
      return await betterAuth(options).handler(request)
    } finally {
      execution.waitUntil(sql.end())
    }
  },
})
