import type { Config } from '#core/config'
import type { Platform } from '#core/platform'
import { createOpenApiDocument } from '#http/openapi'
import { assetHeaders, assetPaths } from '#http/static-assets'
import { createNativeHasher } from '#platform/argon2-native'
import { createBackground } from '#platform/background'
import { openBunDatabase } from '#platform/bun-database'
import { readEnvironment } from '#platform/environment'
import { describeFaults } from '#platform/environment-faults'
import { createMailer } from '#platform/mailer'
import { createMemoryLimiter, unlimited } from '#platform/memory-limiter'
import { referenceScript } from '#platform/reference-script'
import { createIds, createJsonLog, systemClock, systemRandom } from '#platform/system'
import { app } from './app'

const shutdownSeconds = 30

const parsed = readEnvironment(process.env)
if (!parsed.ok) {
  console.error(describeFaults(parsed.faults))
  process.exit(1)
}
try {
  await serve(parsed.config)
} catch (error) {
  console.error(`Postern can’t start: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}

async function serve(config: Config): Promise<void> {
  const database = await openBunDatabase(config)
  const log = createJsonLog(systemClock, config.LOG_LEVEL)
  const background = createBackground(log)
  const ids = createIds(systemClock, systemRandom)
  const platform: Platform = {
    config,
    db: database.db,
    limiter: config.RATE_LIMITS === 'on' ? createMemoryLimiter(systemClock) : unlimited,
    mailer: createMailer(config, database.db, systemClock, ids),
    passwords: await createNativeHasher(),
    clock: systemClock,
    ids,
    random: systemRandom,
    log,
    background: background.run,
    // A socket for both families shows IPv4 callers as ::ffff:a.b.c.d.
    remoteAddress: (request) => server.requestIP(request)?.address.replace(/^::ffff:/, ''),
  }
  const server = Bun.serve({
    port: config.PORT,
    // In development the mailbox shows every secret that was mailed, so nobody else may reach it.
    hostname: config.ENVIRONMENT === 'production' ? '0.0.0.0' : '127.0.0.1',
    routes: {
      [assetPaths.referenceScript]: new Response(Bun.file(referenceScript), { headers: assetHeaders }),
      [assetPaths.openApiDocument]: Response.json(createOpenApiDocument(app.routes, config.BASE_URL), {
        headers: assetHeaders,
      }),
    },
    fetch: (request) => app.fetch(request, platform),
  })
  if (config.ENVIRONMENT !== 'production') greet(server.url, config)
  log({ level: 'info', message: 'listening', port: server.port, environment: config.ENVIRONMENT })

  const stop = async (signal: string) => {
    log({ level: 'info', message: 'stopping', signal })
    setTimeout(() => process.exit(1), shutdownSeconds * 1000).unref()
    await server.stop()
    await background.settled()
    await database.close()
    process.exit(0)
  }
  process.once('SIGTERM', () => stop('SIGTERM'))
  process.once('SIGINT', () => stop('SIGINT'))
}

function greet(url: URL, config: Config): void {
  const base = `http://localhost:${url.port}`
  console.log(`
Postern is at ${base}

  API reference   ${base}/docs
  Mailbox         ${base}/dev/mailbox   (mails are kept here, none is sent)
  Database        ${config.DATABASE_URL ? 'DATABASE_URL' : `embedded, in ${config.DATA_DIRECTORY}/`}

Register the first account:

  curl ${base}/v1/auth/register -H 'content-type: application/json' \\
    -d '{"email":"ada@example.com","password":"correct horse battery staple"}'
`)
}
