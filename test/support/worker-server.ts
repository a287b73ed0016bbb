import { chmodSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findNode } from '../../deploy/node'
import { type InnerWorker, readWorkerConfig, toVariableLines, writeWorkerConfig } from '../../deploy/worker-config'
import type { Settings } from './bun-server'
import { makeTemporaryFolder } from './folders'
import { findFreePort } from './free-port'
import { noteSecretSettings } from './secrets'
import { bareEnvironment, type Server, startServer } from './server'

/** Hyperdrive insists on a password, even where Postgres trusts everyone. */
const withPassword = (databaseUrl: string): string => {
  const url = new URL(databaseUrl)
  url.password ||= 'trusted'
  return url.href
}

/** wrangler names every address that was asked for, and before each line the Worker; what these log is of interest. */
const withoutWranglersWords = (output: string): string =>
  output.replaceAll(/^\[wrangler:info\].*$/gm, '').replaceAll(/^\[[\w-]+\] (?=\{)/gm, '')

interface WranglerDev {
  settings: Settings
  databaseUrl: string
  port: string
  folder: string
  /** What is special to the Worker that is asked. */
  flags: string[]
  /** The Workers without an address, which come after it: ours by name, others by their configuration. */
  inner: (InnerWorker | { config: string })[]
}

const startWrangler = async ({ settings, databaseUrl, port, folder, flags, inner }: WranglerDev): Promise<Server> => {
  const configs = await Promise.all(
    inner.map((worker) => (typeof worker === 'string' ? writeWorkerConfig(worker, folder, settings) : worker.config)),
  )
  const usual = { port, ip: '127.0.0.1', 'inspector-port': '0', 'persist-to': folder }
  noteSecretSettings(settings)
  return startServer({
    command: [
      findNode(),
      'node_modules/wrangler/bin/wrangler.js',
      'dev',
      ...flags,
      ...configs.flatMap((path) => ['--config', path]),
      ...Object.entries(usual).flatMap(([flag, value]) => [`--${flag}`, value]),
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
    baseUrl: `http://127.0.0.1:${port}`,
    shown: withoutWranglersWords,
  })
}

/** wrangler.toml, or a copy of it elsewhere that has more bindings. */
const findConfig = async (folder: string, bindings: object): Promise<string> => {
  if (Object.keys(bindings).length === 0) return 'wrangler.toml'
  const path = join(folder, 'wrangler.json')
  writeFileSync(path, JSON.stringify({ ...(await readWorkerConfig('wrangler.toml')), ...bindings }))
  return path
}

/**
 * Starts the Workers in workerd, as `wrangler dev` builds and binds them, with Hyperdrive on a database.
 * @param bindings what wrangler.toml only has as a comment
 * @param annex what stands in for the annex
 */
export const startWorkerServer = async (
  given: Settings,
  databaseUrl: string,
  bindings: object = {},
  annex: WranglerDev['inner'][number] = 'annex',
): Promise<Server> => {
  const port = given.PORT ?? String(findFreePort())
  const folder = makeTemporaryFolder()
  const variables = join(folder, 'worker.env')
  const settings = { BASE_URL: `http://127.0.0.1:${port}`, ...given }
  writeFileSync(variables, toVariableLines(settings))
  chmodSync(variables, 0o600)
  const flags = ['--config', await findConfig(folder, bindings), '--env-file', variables]
  return startWrangler({ settings, databaseUrl, port, folder, flags, inner: [annex, 'jobs'] })
}

/** Starts the Worker that works jobs in workerd, and no other; a stand-in for the clock triggers its cron. */
export const startJobsWorker = async (
  settings: Settings,
  databaseUrl: string,
): Promise<Server & { runCron: () => Promise<void> }> => {
  const folder = makeTemporaryFolder()
  const port = String(findFreePort())
  const server = await startWrangler({ settings, databaseUrl, port, folder, flags: [], inner: ['jobs'] })
  const runCron = async () => {
    const response = await fetch(`${server.baseUrl}/cdn-cgi/local/scheduled`)
    if (!response.ok) throw new Error(`The cron was answered ${response.status}: ${await response.text()}`)
  }
  return { ...server, runCron }
}
