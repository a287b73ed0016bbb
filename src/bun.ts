import type { Config } from '#core/config'
import type { Platform } from '#core/platform'
import { createLateAsset } from '#http/late-asset'
import { assetHeaders, assetPaths } from '#http/static-assets'
import { openBunPlatform } from '#platform/bun-platform'
import { readEnvironment } from '#platform/environment'
import { describeFaults } from '#platform/environment-faults'
import { referenceScript } from '#platform/reference-script'
import { createAddressReader, createEdgeCheck } from '#platform/trusted-proxy'
import { isAnnexed } from './annex-paths'
import { composeApp } from './compose-app'
import { everydayMounts } from './everyday-mounts'
import { sampleMail } from './features/notifications/templates/sample-mail'
import { recordRefusals } from './features/operations/record-refusals'
import { startJobWorker } from './job-worker'
import { profileSchema } from './profile-schema'
import { serverMounts } from './server-mounts'
import { renderStaticPages } from './static-pages'

const shutdownSeconds = 30

const everyday = composeApp([...everydayMounts, ...serverMounts])
/** What is seldom called or heavy is loaded when somebody comes for it. On Workers it is a Worker of its own. */
const askAnnex = async (request: Request, platform: Platform): Promise<Response> =>
  (await import('./annex-app')).annexApp.fetch(request, platform)

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
    // What Bun has for who writes pages: it would show them the source of an error, and keep what it needs for that.
    development: false,
    // In development the mailbox shows every secret that was mailed, so nobody else may reach it.
    hostname: config.ENVIRONMENT === 'production' ? '0.0.0.0' : '127.0.0.1',
    // The router bounds every body, and says so in its own words.
    maxRequestBodySize: Number.MAX_SAFE_INTEGER,
    routes: Object.fromEntries([...assets, ...(await openExamples(config))]),
    fetch: (request) =>
      isAnnexed(request.method, everyday.getPath(request))
        ? askAnnex(request, platform)
        : everyday.fetch(request, platform),
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

/** To GET and HEAD alone: without a method named, Bun would answer any. */
type Asset = Partial<Record<'GET' | 'HEAD', Response | ((request: Request) => Promise<Response>)>>

/** What is the same for every caller, by path. */
async function makeAssets(config: Config): Promise<[path: string, asset: Asset][]> {
  // To make it takes more memory, and longer, than all else of a start.
  const document = createLateAsset(async () => {
    const [{ createOpenApiDocument }, { app }] = await Promise.all([import('#http/openapi'), import('./app')])
    return createOpenApiDocument(app.routes, config.BASE_URL)
  })
  const pages = await renderStaticPages()
  return [
    [assetPaths.referenceScript, { GET: new Response(Bun.file(referenceScript), { headers: assetHeaders }) }],
    [assetPaths.openApiDocument, { GET: document, HEAD: document }],
    ...pages.map(([path, { text, headers }]): [string, Asset] => [
      path,
      { GET: new Response(text, { headers: { ...assetHeaders, ...headers } }) },
    ]),
  ]
}

/** Pages that show how things are done; developers have the files that they are made of. */
async function openExamples(config: Config): Promise<[path: string, asset: Asset][]> {
  if (config.ENVIRONMENT === 'production' || Bun.isStandaloneExecutable) return []
  const { examplePages } = await import('#platform/example-pages')
  return Object.entries(examplePages).map(([path, page]) => [path, { GET: page }])
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
