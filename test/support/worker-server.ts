import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findNode } from '../../deploy/node'
import { readWorkerConfig, toVariableLines, withPassword } from '../../deploy/worker-config'
import { type BuiltWorker, findBuiltWorker, workerConfigs } from './build-workers'
import type { Settings } from './bun-server'
import { makeTemporaryFolder } from './folders'
import { findFreePort } from './free-port'
import { noteSecretSettings } from './secrets'
import { type Server, startServer } from './server'

/** What `run-workers.ts` reads. */
export interface WorkersToRun {
  port: number
  /** Where they keep what they store. */
  folder: string
  /** The one that is asked first, and those that it is bound to. */
  workers: { name: string; config: string; bundle: string }[]
}

/** A Worker that is no Worker of ours. */
export interface StandIn {
  /** Of the Worker that it stands in for. */
  name: string
  script: string
}

/** Writes the configuration of a built Worker, and beside it its variables, where wrangler looks for them. */
const prepare = async (worker: BuiltWorker, databaseUrl: string, settings: Settings, bindings: object) => {
  const { vars, build: _, hyperdrive, ...config } = await readWorkerConfig(workerConfigs[worker])
  const folder = makeTemporaryFolder()
  const local = Object.values(hyperdrive ?? {}).map((one) => ({
    ...one,
    localConnectionString: withPassword(databaseUrl),
  }))
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify({ ...config, hyperdrive: local, ...bindings }))
  writeFileSync(join(folder, '.dev.vars'), toVariableLines({ ...vars, ...settings }), { mode: 0o600 })
  return { name: String(config.name), config: join(folder, 'wrangler.json'), bundle: await findBuiltWorker(worker) }
}

const prepareStandIn = ({ name, script }: StandIn) => {
  const folder = makeTemporaryFolder()
  writeFileSync(join(folder, 'worker.js'), script)
  const config = { name, main: 'worker.js', compatibility_date: '2026-11-17' }
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify(config))
  return { name, config: join(folder, 'wrangler.json'), bundle: folder }
}

/** Lines that wrangler and its emulation say themselves; what the Workers log is of interest. */
const withoutWranglersWords = (output: string): string => output.replaceAll(/^Using secrets defined in .*$/gm, '')

const run = (port: number, settings: Settings, workers: WorkersToRun['workers']): Promise<Server> => {
  const folder = makeTemporaryFolder()
  const given: WorkersToRun = { port, folder, workers }
  writeFileSync(join(folder, 'workers.json'), JSON.stringify(given))
  noteSecretSettings(settings)
  return startServer({
    command: [findNode(), '--no-warnings', 'test/support/run-workers.ts', join(folder, 'workers.json')],
    environment: { CI: '1', CLOUDFLARE_CF_FETCH_ENABLED: 'false', WRANGLER_LOG_PATH: join(folder, 'logs') },
    baseUrl: `http://127.0.0.1:${port}`,
    shown: withoutWranglersWords,
  })
}

/**
 * Starts the Workers in workerd as they would be deployed, bound to each other, with Hyperdrive on a database.
 * @param bindings what wrangler.toml only has as a comment
 * @param annex what stands in for the annex
 */
export const startWorkerServer = async (
  given: Settings,
  databaseUrl: string,
  bindings: object = {},
  annex?: StandIn,
): Promise<Server> => {
  const port = Number(given.PORT ?? findFreePort())
  const settings = { BASE_URL: `http://127.0.0.1:${port}`, ...given }
  const workers = await Promise.all([
    prepare('api', databaseUrl, settings, bindings),
    annex ? prepareStandIn(annex) : prepare('annex', databaseUrl, settings, {}),
    prepare('jobs', databaseUrl, settings, {}),
  ])
  return run(port, settings, workers)
}

/** Starts the Worker that works jobs in workerd, and no other; a stand-in for the clock triggers its cron. */
export const startJobsWorker = async (
  settings: Settings,
  databaseUrl: string,
): Promise<Server & { runCron: () => Promise<void> }> => {
  const server = await run(findFreePort(), settings, [await prepare('jobs', databaseUrl, settings, {})])
  const runCron = async () => {
    const response = await fetch(`${server.baseUrl}/cdn-cgi/local/scheduled`)
    if (!response.ok) throw new Error(`The cron was answered ${response.status}: ${await response.text()}`)
  }
  return { ...server, runCron }
}
