import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { openEmbeddedDatabase } from '#platform/embedded-database'
import { readEnvironment } from '#platform/environment'
import { describeFaults } from '#platform/environment-faults'
import { findNode } from './node'
import { toVariableLines, withPassword, writeWorkerConfig } from './worker-config'

/** Runs the Worker in workerd through `wrangler dev`, over DATABASE_URL or the embedded database. */
const port = process.env.PORT ?? '8787'
const parsed = readEnvironment({
  BASE_URL: `http://localhost:${port}`,
  ...process.env,
  ENVIRONMENT: 'development',
})
if (!parsed.ok) {
  console.error(describeFaults(parsed.faults))
  process.exit(1)
}
const { config } = parsed

/** Serves the embedded database over TCP, since workerd reaches Postgres no other way. */
const serveEmbeddedDatabase = async () => {
  const { pglite, close } = await openEmbeddedDatabase(config.DATA_DIRECTORY)
  const server = new PGLiteSocketServer({ db: pglite, port: 0, host: '127.0.0.1', maxConnections: 20 })
  await server.start()
  return {
    url: `postgres://postgres:postgres@${server.getServerConn()}/postgres`,
    close: () => server.stop().then(close),
  }
}

const database = config.DATABASE_URL
  ? { url: withPassword(config.DATABASE_URL), close: async () => {} }
  : await serveEmbeddedDatabase().catch((error: unknown) => {
      console.error(`Postern can’t start: ${error instanceof Error ? error.message : error}`)
      process.exit(1)
    })

mkdirSync(config.DATA_DIRECTORY, { recursive: true, mode: 0o700 })
const variables = join(config.DATA_DIRECTORY, 'worker.env')
/** What the Workers take as they are, if they are set. */
const handedOn = [
  ...['UPSTASH_REDIS_REST_URL', 'UPSTASH_REDIS_REST_TOKEN', 'CORS_ORIGINS', 'RATE_LIMIT_OVERRIDES'],
  ...['APP_NAME', 'MFA_POLICY', 'MFA_GRACE_SECONDS', 'WEBAUTHN_RP_ID', 'WEBAUTHN_ORIGINS'],
]
const given = handedOn.flatMap((name): [string, string][] => [[name, process.env[name] ?? '']])
const environment = {
  ...Object.fromEntries(given),
  ENVIRONMENT: config.ENVIRONMENT,
  BASE_URL: config.BASE_URL,
  PAGES_URL: config.PAGES_URL,
  SECRET: config.SECRET.join(','),
  EMAIL_VERIFICATION: config.EMAIL_VERIFICATION,
  EMAIL_FROM: config.EMAIL_FROM,
  RATE_LIMITS: config.RATE_LIMITS,
}
writeFileSync(variables, toVariableLines(environment))
chmodSync(variables, 0o600)

console.log(`
Postern runs in workerd at ${config.BASE_URL} once wrangler says “Ready”

  API reference   ${config.BASE_URL}/docs
  Mailbox         ${config.BASE_URL}/dev/mailbox
`)
const wrangler = Bun.spawn(
  [
    findNode(),
    fileURLToPath(new URL('../node_modules/wrangler/bin/wrangler.js', import.meta.url)),
    ...['dev', '--config', 'wrangler.toml'],
    ...['--config', await writeWorkerConfig('annex', config.DATA_DIRECTORY, environment)],
    ...['--config', await writeWorkerConfig('jobs', config.DATA_DIRECTORY, environment)],
    ...['--port', port, '--inspector-port', '0', '--env-file', variables, ...process.argv.slice(2)],
  ],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      WRANGLER_SEND_METRICS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      ...process.env,
      CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE: database.url,
    },
  },
)
const stop = () => wrangler.kill('SIGINT')
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
const exitCode = await wrangler.exited
await database.close()
process.exit(exitCode)
