import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findNode } from '../../deploy/node'
import { makeTemporaryFolder } from './folders'
import { findFreePort } from './free-port'
import { bareEnvironment, type Server, startServer } from './server'

/** Not a store that anybody else has. */
const credentials = { accessKeyId: 'postern-tests', secretAccessKey: crypto.randomUUID() }
const bucket = 'postern-tests'

/** The one Worker of the process that runs the bucket: it says that it is there, and tells and empties what is in it. */
const worker = `export default { fetch: async (request, { FILES }) => {
  if (new URL(request.url).pathname !== '/keys') return new Response('ready')
  const { objects } = await FILES.list()
  return Response.json(objects.map(({ key }) => key))
} }`

export interface S3Server extends Server {
  /** What a Postern is set to that keeps its blobs there. */
  settings: Record<string, string>
  listKeys(): Promise<string[]>
}

/** Starts a store that speaks S3 and holds every request to its signature: R2 in workerd's emulation. */
export const startS3Server = async (): Promise<S3Server> => {
  const folder = makeTemporaryFolder()
  const port = String(findFreePort())
  const config = join(folder, 'wrangler.json')
  writeFileSync(join(folder, 'worker.js'), worker)
  const files = {
    binding: 'FILES',
    bucket_name: bucket,
    local_dev: { experimental_s3_credentials: credentials },
  }
  writeFileSync(
    config,
    JSON.stringify({ name: 's3', main: 'worker.js', compatibility_date: '2026-11-17', r2_buckets: [files] }),
  )
  const flags = { config, port, ip: '127.0.0.1', 'inspector-port': '0', 'persist-to': folder }
  const server = await startServer({
    command: [
      findNode(),
      'node_modules/wrangler/bin/wrangler.js',
      'dev',
      ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
    ],
    environment: {
      PATH: `${dirname(process.execPath)}:${bareEnvironment().PATH ?? ''}`,
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      WRANGLER_LOG_PATH: join(folder, 'logs'),
      WRANGLER_REGISTRY_PATH: join(folder, 'registry'),
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
    baseUrl: `http://127.0.0.1:${port}`,
  })
  return {
    ...server,
    settings: {
      S3_ENDPOINT: `${server.baseUrl}/cdn-cgi/local/r2/s3`,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: credentials.accessKeyId,
      S3_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    listKeys: async () => (await fetch(`${server.baseUrl}/keys`)).json(),
  }
}
