import type { Config } from '#core/config'
import { createOpenApiDocument } from '#http/openapi'
import { assetHeaders, assetPaths } from '#http/static-assets'
import { openBunPlatform } from '#platform/bun-platform'
import { readEnvironment } from '#platform/environment'
import { describeFaults } from '#platform/environment-faults'
import { referenceScript } from '#platform/reference-script'
import { createAddressReader, createEdgeCheck } from '#platform/trusted-proxy'
import { app } from './app'
import { sampleMail } from './features/notifications/templates/sample-mail'
import { recordRefusals } from './features/operations/record-refusals'
import { startJobWorker } from './job-worker'
import { profileSchema } from './profile-schema'
import { renderStaticPages } from './static-pages'

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
  let wakeWorker = () => {}
  let isStopping = false
  const peerOf = (request: Request) => server.requestIP(request)?.address
  const { platform, close } = await openBunPlatform(config, {
    profileSchema,
    previews: { render: async (template, locale) => sampleMail(template, locale) },
    pokeJobs: () => wakeWorker(),
    remoteAddress: createAddressReader(config.TRUSTED_PROXY, peerOf),
    inFlight: () => server.pendingRequests,
    writeRefusals: (db, refusals) => recordRefusals({ db }, refusals),
    isFromEdge: createEdgeCheck(config.TRUSTED_PROXY, peerOf),
    isStopping: () => isStopping,
  })
  const assets = await makeAssets(config)
  const server = Bun.serve({
    port: config.PORT,
    // In development the mailbox shows every secret that was mailed, so nobody else may reach it.
    hostname: config.ENVIRONMENT === 'production' ? '0.0.0.0' : '127.0.0.1',
    // The router bounds every body, and says so in its own words.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    // To GET and HEAD alone: without a method named, Bun would answer any.
    routes: Object.fromEntries([...assets, ...(await openExamples(config))].map(([path, GET]) => [path, { GET }])),
    fetch: (request) => app.fetch(request, platform),
  })
  const worker = config.WORK_JOBS === 'on' ? startJobWorker(platform) : undefined
  if (worker) wakeWorker = worker.wake

  const stop = async (signal: string) => {
    isStopping = true
    platform.log({ level: 'info', message: 'stopping', signal })
    await Bun.sleep(config.DRAIN_SECONDS * 1000)
    setTimeout(() => process.exit(1), shutdownSeconds * 1000).unref()
    await server.stop()
    await worker?.stop()
    await close()
    process.exit(0)
  }
  process.once('SIGTERM', () => stop('SIGTERM'))
  process.once('SIGINT', () => stop('SIGINT'))

  if (config.ENVIRONMENT !== 'production') greet(server.url, config)
  platform.log({ level: 'info', message: 'listening', port: server.port, environment: config.ENVIRONMENT })
}

/** What is the same for every caller, by path. */
async function makeAssets(config: Config): Promise<[path: string, response: Response][]> {
  const document = createOpenApiDocument(app.routes, config.BASE_URL)
  const pages = await renderStaticPages()
  return [
    [assetPaths.referenceScript, new Response(Bun.file(referenceScript), { headers: assetHeaders })],
    [assetPaths.openApiDocument, Response.json(document, { headers: assetHeaders })],
    ...pages.map(([path, { text, headers }]): [string, Response] => [
      path,
      new Response(text, { headers: { ...assetHeaders, ...headers } }),
    ]),
  ]
}

/** Pages that show how things are done; developers have the files that they are made of. */
async function openExamples(config: Config): Promise<[path: string, page: () => Promise<Response>][]> {
  if (config.ENVIRONMENT === 'production' || Bun.isStandaloneExecutable) return []
  const { examplePages } = await import('#platform/example-pages')
  return Object.entries(examplePages)
}

/** Where mails go, for people. */
function describeMail(config: Config, base: string): string {
  if (config.RESEND_API_KEY) return 'sent through Resend'
  return config.SMTP_URL ? 'sent over SMTP' : `${base}/dev/mailbox   (kept here, none is sent)`
}

function greet(url: URL, config: Config): void {
  const base = `http://localhost:${url.port}`
  console.log(`
Postern is at ${base}

  API reference   ${base}/docs
  Passkeys        ${base}/examples/passkeys   (an example)
  Mail            ${describeMail(config, base)}
  Database        ${config.DATABASE_URL ? 'DATABASE_URL' : `embedded, in ${config.DATA_DIRECTORY}/`}

Register the first account:

  curl ${base}/v1/auth/register -H 'content-type: application/json' \\
    -d '{"email":"ada@example.com","password":"correct horse battery staple"}'
`)
}
