import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import * as z from 'zod'
import { readWorkerConfig } from '../../deploy/worker-config'
import { runWrangler } from '../support/build-workers'
import { makeTemporaryFolder, repository } from '../support/folders'
import { readParts } from '../support/worker-parts'

/** What modules went into scripts. */
interface Contents {
  /** Of our own, from the repository's root. */
  files: string[]
  /** Files of packages: `hono/dist/hono.js`. */
  packageFiles: string[]
  packages: string[]
}

/** A Worker as wrangler would upload it. */
export interface Bundle extends Contents {
  /** What is uploaded: the script that is run first. */
  parts: string[]
  /** Scripts and WebAssembly together, as the edge receives them. */
  gzipBytes: number
  /** All scripts, one after another. */
  script: string
  /** What of it a start of the Worker reads: the first script and what it imports, but not at run time. */
  start: Contents
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

/** @param folder where the scripts have their source maps */
const readContents = async (folder: string, scripts: string[]): Promise<Contents> => {
  const maps = await Promise.all(scripts.map((name) => Bun.file(join(folder, `${name}.map`)).json()))
  const sources = maps.flatMap((map) => SourceMap.parse(map).sources)
  const packageFiles = sources.filter((path) => inPackages.test(path)).map((path) => path.replace(inPackages, ''))
  return {
    files: sources.filter((path) => !inPackages.test(path)).map((path) => toRepository(folder, path)),
    packageFiles,
    packages: [...new Set(packageFiles.map(packageOf))].sort(),
  }
}

/** The scripts that the first one imports, and those that these do. */
const findStart = (texts: Map<string, string>): string[] => {
  const found = new Set([...texts.keys()].slice(0, 1))
  for (const name of found) {
    for (const [, imported = ''] of (texts.get(name) ?? '').matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) {
      found.add(imported)
    }
  }
  return [...found]
}

/** Builds a Worker from its wrangler.toml without deploying it. */
export const buildWorker = async (config: string): Promise<Bundle> => {
  const folder = makeTemporaryFolder()
  await runWrangler(['deploy', '--config', config, '--dry-run', '--outdir', folder])
  const parts = readParts(folder)
  const scripts = parts.filter((part) => part.endsWith('.js'))
  const read = async (name: string) => [name, await Bun.file(join(folder, name)).text()] as const
  const texts = new Map(await Promise.all(scripts.map(read)))
  // A Worker that wrangler only uploads has its maps where it was built.
  const { main } = await readWorkerConfig(config)
  const maps = existsSync(join(folder, `${scripts[0]}.map`)) ? folder : dirname(String(main))
  const sizes = await Promise.all(parts.map((part) => gzipBytesOf(join(folder, part))))
  return {
    parts,
    gzipBytes: sizes.reduce((sum, size) => sum + size, 0),
    script: [...texts.values()].join('\n'),
    ...(await readContents(maps, scripts)),
    start: await readContents(maps, findStart(texts)),
  }
}
