import { chmodSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { toVariableLines, writeJobsConfig } from '../../deploy/jobs-config'
import { findNode } from '../../deploy/node'
import type { Settings } from './bun-server'
import { makeTemporaryFolder, repository } from './folders'
import { findFreePort } from './free-port'
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
  /** What is special to the Workers that are asked for. */
  flags: string[]
}

const startWrangler = async ({ settings, databaseUrl, port, folder, flags }: WranglerDev): Promise<Server> => {
  const usual = { port, ip: '127.0.0.1', 'inspector-port': '0', 'persist-to': folder }
  const server = await startServer({
    command: [
      findNode(),
      'node_modules/wrangler/bin/wrangler.js',
      'dev',
      ...flags,
      ...['--config', await writeJobsConfig(folder, settings)],
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
  })
  return { ...server, output: () => withoutWranglersWords(server.output()) }
}

/** wrangler.toml, or a copy of it elsewhere that has more bindings. */
const findConfig = async (folder: string, bindings: object): Promise<string> => {
  if (Object.keys(bindings).length === 0) return 'wrangler.toml'
  const { main, assets, build, ...config } = Object(
    Bun.TOML.parse(await Bun.file(join(repository, 'wrangler.toml')).text()),
  )
  const paths = {
    main: join(repository, main),
    assets: { ...assets, directory: join(repository, assets.directory) },
    build: { ...build, cwd: repository },
  }
  const path = join(folder, 'wrangler.json')
  writeFileSync(path, JSON.stringify({ ...config, ...paths, ...bindings }))
  return path
}

/**
 * Starts the Worker in workerd, as `wrangler dev` builds and binds it, with Hyperdrive on a database.
 * @param bindings what wrangler.toml only has as a comment
 */
export const startWorkerServer = async (
  given: Settings,
  databaseUrl: string,
  bindings: object = {},
): Promise<Server> => {
  const port = given.PORT ?? String(findFreePort())
  const folder = makeTemporaryFolder()
  const variables = join(folder, 'worker.env')
  const settings = { BASE_URL: `http://127.0.0.1:${port}`, ...given }
  writeFileSync(variables, toVariableLines(settings))
  chmodSync(variables, 0o600)
  // The Worker that works jobs comes second; this one pokes it.
  const flags = ['--config', await findConfig(folder, bindings), '--env-file', variables]
  return startWrangler({ settings, databaseUrl, port, folder, flags })
}

/** Starts the Worker that works jobs in workerd, and no other; a stand-in for the clock triggers its cron. */
export const startJobsWorker = async (
  settings: Settings,
  databaseUrl: string,
): Promise<Server & { runCron: () => Promise<void> }> => {
  const folder = makeTemporaryFolder()
  const server = await startWrangler({ settings, databaseUrl, port: String(findFreePort()), folder, flags: [] })
  const runCron = async () => {
    const response = await fetch(`${server.baseUrl}/cdn-cgi/local/scheduled`)
    if (!response.ok) throw new Error(`The cron was answered ${response.status}: ${await response.text()}`)
  }
  return { ...server, runCron }
}
