import { apiKey } from '@better-auth/api-key'
import { passkey } from '@better-auth/passkey'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { organization } from 'better-auth/plugins/organization'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { type BetterAuthBindings, type Execution, openDatabase } from './better-auth-bindings'
import * as ofPlugins from './better-auth-plugin-schema'
import * as schema from './better-auth-schema'

/** better-auth with its plugins for what Postern has too. */
export default {
  fetch: async (request: Request, bindings: BetterAuthBindings, execution: Execution): Promise<Response> => {
    const { db, close } = openDatabase(bindings)
    const options: BetterAuthOptions = {
      baseURL: bindings.BASE_URL,
      secret: bindings.SECRET,
      emailAndPassword: { enabled: true },
      rateLimit: { enabled: false },
      plugins: [twoFactor(), organization(), passkey(), apiKey()],
      database: drizzleAdapter(db, { provider: 'pg', schema: { ...schema, ...ofPlugins } }),
    }
    try {
      return await betterAuth(options).handler(request)
    } finally {
      execution.waitUntil(close())
    }
  },
}
