import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('./jobs/wrangler.toml', import.meta.url))
const main = fileURLToPath(new URL('../src/worker-jobs.ts', import.meta.url))

/**
 * Writes the configuration of the jobs Worker with variables of its own: `wrangler dev` gives an --env-file to the
 * first of several Workers only.
 * @param folder where it goes; nobody else may read it, since SECRET is among the variables
 * @returns its path
 */
export const writeJobsConfig = async (folder: string, variables: Record<string, string>): Promise<string> => {
  const config = Bun.TOML.parse(await Bun.file(file).text())
  const path = join(folder, 'wrangler.jobs.json')
  writeFileSync(path, JSON.stringify({ ...config, main, vars: variables }), { mode: 0o600 })
  return path
}
