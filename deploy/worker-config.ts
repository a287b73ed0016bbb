import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The Workers that have no address: each has its configuration in a folder of `deploy`. */
export type InnerWorker = 'annex' | 'jobs'

/** The address of a database for Hyperdrive, which insists on a password even where Postgres trusts everyone. */
export const withPassword = (databaseUrl: string): string => {
  const url = new URL(databaseUrl)
  url.password ||= 'trusted'
  return url.href
}

/** Variables as wrangler reads them from a file, which hides their values from its output. */
export const toVariableLines = (variables: Record<string, string>): string =>
  Object.entries(variables)
    .map(([name, value]) => `${name}="${value}"`)
    .join('\n')

/**
 * Reads a wrangler.toml of ours, with paths that hold from everywhere.
 * @param path from the root of the repository
 */
export const readWorkerConfig = async (path: string): Promise<Record<string, object>> => {
  const file = join(root, path)
  // Without the environments, which are for deployments.
  const { main, assets, build, env, ...config } = Object(Bun.TOML.parse(await Bun.file(file).text()))
  return {
    ...config,
    main: join(dirname(file), main),
    ...(assets && { assets: { ...assets, directory: join(dirname(file), assets.directory) } }),
    ...(build && { build: { ...build, cwd: root } }),
  }
}

/**
 * Writes a configuration of a Worker with variables of its own beside it: `wrangler dev` gives an --env-file to the first
 * of several Workers only.
 * @param folder where both go, into a folder that nobody else may read
 * @returns the path of the configuration
 */
export const writeWorkerConfig = async (
  name: InnerWorker,
  folder: string,
  variables: Record<string, string>,
): Promise<string> => {
  const { vars, ...config } = await readWorkerConfig(`deploy/${name}/wrangler.toml`)
  const own = join(folder, name)
  mkdirSync(own, { recursive: true, mode: 0o700 })
  writeFileSync(join(own, '.dev.vars'), toVariableLines({ ...vars, ...variables }), { mode: 0o600 })
  const path = join(own, 'wrangler.json')
  writeFileSync(path, JSON.stringify(config))
  return path
}
