import { extname, join, normalize } from 'node:path'
import * as z from 'zod'
import { runWrangler } from '../support/build-workers'
import { makeTemporaryFolder, repository } from '../support/folders'

/** A Worker as wrangler would upload it. */
export interface Bundle {
  /** What is uploaded: the script first. */
  parts: string[]
  /** Script and WebAssembly together, as the edge receives them. */
  gzipBytes: number
  script: string
  /** Of our own, from the repository's root. */
  files: string[]
  /** Files of packages: `hono/dist/hono.js`. */
  packageFiles: string[]
  packages: string[]
}

const SourceMap = z.object({ sources: z.array(z.string()) })

const gzipBytesOf = async (path: string) => Bun.gzipSync(await Bun.file(path).arrayBuffer()).length

const inPackages = /^.*node_modules\//

/** drizzle's own source maps name its files so. */
const packageOf = (file: string): string => /^(?:src\/|(@[^/]+\/[^/]+|[^/]+))/.exec(file)?.[1] ?? 'drizzle-orm'

const toRepository = (folder: string, source: string): string => {
  const path = normalize(join(folder, source))
  return path.startsWith(`${repository}/`) ? path.slice(repository.length + 1) : source
}

/** Builds a Worker from its wrangler.toml without deploying it. */
export const buildWorker = async (config: string): Promise<Bundle> => {
  const folder = makeTemporaryFolder()
  await runWrangler(['deploy', '--config', config, '--dry-run', '--outdir', folder])
  const parts = [...new Bun.Glob('*.{js,wasm}').scanSync(folder)].sort((a, b) => extname(a).localeCompare(extname(b)))
  const script = join(folder, parts[0] ?? '')
  const sizes = await Promise.all(parts.map((part) => gzipBytesOf(join(folder, part))))
  const { sources } = SourceMap.parse(await Bun.file(`${script}.map`).json())
  const packageFiles = sources.filter((path) => inPackages.test(path)).map((path) => path.replace(inPackages, ''))
  return {
    parts,
    gzipBytes: sizes.reduce((sum, size) => sum + size, 0),
    script: await Bun.file(script).text(),
    files: sources.filter((path) => !inPackages.test(path)).map((path) => toRepository(folder, path)),
    packageFiles,
    packages: [...new Set(packageFiles.map(packageOf))].sort(),
  }
}
