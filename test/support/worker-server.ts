import { chmodSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toVariableLines, writeJobsConfig } from '../../deploy/jobs-config'
import { findNode } from '../../deploy/node'
import type { Settings } from './bun-server'
import { makeTemporaryFolder } from './folders'
import { findFreePort } from './free-port'
import { bareEnvironment, type Server, startServer } from './server'

/** Hyperdrive insists on a password, even where Postgres trusts everyone. */
const withPassword = (databaseUrl: string): string => {
  const url = new URL(databaseUrl)
  url.password ||= 'trusted'
  return url.href
}

/** wrangler names every address that was asked for; what our Worker logs is of interest. */
const withoutWranglersLines = (output: string): string => output.replaceAll(/^\[wrangler:info\].*$/gm, '')

/** Starts the Worker in workerd, as `wrangler dev` builds and binds it, with Hyperdrive on a database. */
export const startWorkerServer = async (settings: Settings, databaseUrl: string): Promise<Server> => {
  const port = settings.PORT ?? String(findFreePort())
  const baseUrl = `http://127.0.0.1:${port}`
  const folder = makeTemporaryFolder()
  const variables = join(folder, 'worker.env')
  const environment = { BASE_URL: baseUrl, ...settings }
  writeFileSync(variables, toVariableLines(environment))
  chmodSync(variables, 0o600)
  const flags = { port, ip: '127.0.0.1', 'inspector-port': '0', 'env-file': variables, 'persist-to': folder }
  const server = await startServer({
    command: [
      findNode(),
      'node_modules/wrangler/bin/wrangler.js',
      'dev',
      // The second is the Worker that works jobs, which the first pokes.
      ...['--config', 'wrangler.toml', '--config', await writeJobsConfig(folder, environment)],
      ...Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]),
    ],
    environment: {
      // The build that wrangler runs needs this very Bun.
      PATH: `${dirname(process.execPath)}:${bareEnvironment().PATH ?? ''}`,
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      WRANGLER_LOG_PATH: join(folder, 'logs'),
      WRANGLER_REGISTRY_PATH: join(folder, 'registry'),
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE: withPassword(databaseUrl),
    },
    baseUrl,
  })
  return { ...server, output: () => withoutWranglersLines(server.output()) }
}
