import { join } from 'node:path'
import { findNode } from '../../deploy/node'
import { makeTemporaryFolder, repository } from './folders'

/** The configuration of each Worker, by the folder that it is built into. */
export const workerConfigs = {
  api: 'wrangler.toml',
  annex: 'deploy/annex/wrangler.toml',
  jobs: 'deploy/jobs/wrangler.toml',
}

export type BuiltWorker = keyof typeof workerConfigs

/** Runs wrangler to its end. Throws with what it complains about. */
export const runWrangler = async (words: string[]): Promise<void> => {
  const wrangler = Bun.spawn([findNode(), 'node_modules/wrangler/bin/wrangler.js', ...words], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_SEND_ERROR_REPORTS: 'false' },
  })
  const errors = await new Response(wrangler.stderr).text()
  if ((await wrangler.exited) !== 0) throw new Error(errors)
}

/** Builds all Workers as they would be deployed. @returns the folder with a folder for each */
export const buildWorkers = async (): Promise<string> => {
  const folder = makeTemporaryFolder()
  await Promise.all(
    Object.entries(workerConfigs).map(([name, config]) =>
      runWrangler(['deploy', '--config', config, '--dry-run', '--outdir', join(folder, name)]),
    ),
  )
  return folder
}

let built: Promise<string> | undefined

/** Where a Worker is built: TEST_WORKERS, which a whole run builds for all its parts, or else once for this process. */
export const findBuiltWorker = async (name: BuiltWorker): Promise<string> => {
  built ??= process.env.TEST_WORKERS ? Promise.resolve(process.env.TEST_WORKERS) : buildWorkers()
  return join(await built, name)
}
