import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { getMigrations } from 'better-auth/db/migration'
import { bearer, jwt } from 'better-auth/plugins'
import { drizzle } from 'drizzle-orm/postgres-js'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { Pool } from 'pg'
import postgres from 'postgres'
import { announce } from './announce'
import * as tables from './better-auth-tables'
import { betterAuthPaths, betterAuthSecret } from './better-auth-words'

/** better-auth in its best documented settings, on the database of the first argument, by the driver of the second. */
const [url = '', driver] = process.argv.slice(2)

/** As many as postgres.js takes by default, and kept, as postgres.js keeps them. */
const pool = new Pool({ connectionString: url, max: 10, idleTimeoutMillis: 0 })
const database =
  driver === 'pg'
    ? pool
    : drizzleAdapter(drizzle(postgres(url), { schema: tables }), { provider: 'pg', schema: tables })

const usual = {
  secret: betterAuthSecret,
  baseURL: 'http://127.0.0.1',
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'warn' },
  advanced: { database: { joins: true } },
} satisfies BetterAuthOptions

const plugins = () => [bearer(), jwt({ disableSettingJwtHeader: true })]

await (await getMigrations({ ...usual, database: pool, plugins: plugins() })).runMigrations()

/** The same users and sessions in three ways: as it comes, with its cache in a cookie, and renewing whatever it is asked for. */
const plain = betterAuth({ ...usual, database, plugins: plugins(), basePath: betterAuthPaths.plain })
const cached = betterAuth({
  ...usual,
  ...{ database, plugins: plugins(), basePath: betterAuthPaths.cached },
  session: { cookieCache: { enabled: true, maxAge: 300 } },
})
const renewing = betterAuth({
  ...usual,
  ...{ database, plugins: plugins(), basePath: betterAuthPaths.renewing },
  session: { updateAge: 0 },
})

const keySet = async () => {
  const answer = await plain.handler(new Request(`http://127.0.0.1${betterAuthPaths.plain}/jwks`))
  return createLocalJWKSet(await answer.json())
}
const keys = await keySet()

/** What a service does that gets a token of its JWT plugin. */
const verifyJwt = async (request: Request): Promise<Response> => {
  const token = request.headers.get('authorization')?.slice('Bearer '.length) ?? ''
  const { payload } = await jwtVerify(token, keys)
  return Response.json({ id: payload.sub })
}

announce((request) => {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith(betterAuthPaths.plain)) return plain.handler(request)
  if (pathname.startsWith(betterAuthPaths.cached)) return cached.handler(request)
  if (pathname.startsWith(betterAuthPaths.renewing)) return renewing.handler(request)
  return verifyJwt(request)
})
