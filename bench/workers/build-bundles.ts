import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readWorkerConfig } from '../../deploy/worker-config'
import { buildWorkers, runWrangler, workerConfigs } from '../../test/support/build-workers'
import { makeTemporaryFolder, repository } from '../../test/support/folders'
import { readParts } from '../../test/support/worker-parts'

/** A Worker as wrangler would upload it. */
export interface Bundle {
  /** What people call it. */
  title: string
  folder: string
  /** The script that is run first. */
  parts: string[]
  rawBytes: number
  gzipBytes: number
}

/** Workers that are no part of Postern, by the name of the file in `entries`. */
export const entries = {
  empty: 'an empty Worker',
  'bare-hono': 'bare Hono',
  'hono-jose': 'Hono and jose',
  'better-auth': 'better-auth, minimal',
  'better-auth-plugins': 'better-auth with 2FA, organizations, API keys, passkeys',
}

const titles = { api: 'Postern: API', annex: 'Postern: annex', jobs: 'Postern: jobs', ...entries }

/** A Worker that is measured. */
export type WorkerName = keyof typeof titles

const build = async (name: string, folder: string): Promise<void> => {
  const { compatibility_date, minify, keep_names } = await readWorkerConfig(workerConfigs.annex)
  const main = join(import.meta.dir, 'entries', `${name}.ts`)
  const config = join(makeTemporaryFolder(), 'wrangler.json')
  writeFileSync(config, JSON.stringify({ name, main, compatibility_date, minify, keep_names }))
  await runWrangler(['deploy', '--config', config, '--dry-run', '--outdir', join(folder, name)])
}

const read = async (name: WorkerName, folder: string): Promise<Bundle> => {
  const parts = readParts(folder)
  const contents = await Promise.all(parts.map((part) => Bun.file(join(folder, part)).bytes()))
  const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0)
  return {
    title: titles[name],
    folder,
    parts,
    rawBytes: sum(contents.map((content) => content.length)),
    gzipBytes: sum(contents.map((content) => Bun.gzipSync(content, { level: 9 }).length)),
  }
}

const isWorkerName = (name: string): name is WorkerName => name in titles

/** Builds Postern's Workers and those beside them, all by wrangler and with what our configurations say of building. */
export const buildBundles = async (): Promise<Map<WorkerName, Bundle>> => {
  if (!existsSync(join(repository, 'dist/assets'))) await Bun.$`${process.execPath} run assets`.cwd(repository).quiet()
  const folder = await buildWorkers()
  for (const name of Object.keys(entries)) await build(name, folder)
  const names = Object.keys(titles).filter(isWorkerName)
  return new Map(await Promise.all(names.map(async (name) => [name, await read(name, join(folder, name))] as const)))
}
