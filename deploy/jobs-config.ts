import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('./jobs/wrangler.toml', import.meta.url))
const main = fileURLToPath(new URL('../src/worker-jobs.ts', import.meta.url))

/** Variables as wrangler reads them from a file, which hides their values from its output. */
export const toVariableLines = (variables: Record<string, string>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}="${value}"`)
    .join('\n')

/**
 * Writes a configuration of the jobs Worker with variables of its own beside it: `wrangler dev` gives an --env-file to
 * the first of several Workers only.
 * @param folder where both go, into a folder that nobody else may read
 * @returns the path of the configuration
 */
export const writeJobsConfig = async (folder: string, variables: Record<string, string>): Promise<string> => {
  const { vars, ...config } = Object(Bun.TOML.parse(await Bun.file(file).text()))
  const own = join(folder, 'jobs')
  mkdirSync(own, { recursive: true, mode: 0o700 })
  writeFileSync(join(own, '.dev.vars'), toVariableLines({ ...vars, ...variables }), { mode: 0o600 })
  const path = join(own, 'wrangler.json')
  writeFileSync(path, JSON.stringify({ ...config, main }))
  return path
}
