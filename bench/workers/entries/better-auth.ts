import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { type BetterAuthBindings, type Execution, openDatabase } from './better-auth-bindings'
import * as schema from './better-auth-schema'

/** better-auth with passwords and nothing else. */
export default {
  fetch: async (request: Request, bindings: BetterAuthBindings, execution: Execution): Promise<Response> => {
    const { db, close } = openDatabase(bindings)
    const options: BetterAuthOptions = {
      baseURL: bindings.BASE_URL,
      secret: bindings.SECRET,
      emailAndPassword: { enabled: true },
      rateLimit: { enabled: false },
      database: drizzleAdapter(db, { provider: 'pg', schema }),
    }
    try {
      return await betterAuth(options).handler(request)
    } finally {
      execution.waitUntil(close())
    }
  },
}
