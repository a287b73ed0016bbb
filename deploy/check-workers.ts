import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode } from './node'

/**
 * Builds each Worker for each environment as wrangler would deploy it, and deploys none. Fails if wrangler refuses a configuration, warns
 * of one, or binds something else than that environment's.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js')
const node = findNode()

const api = 'wrangler.toml'
const inner = ['deploy/annex/wrangler.toml', 'deploy/jobs/wrangler.toml']

/** The environments that a configuration names; the empty one is what stands above them. */
const environmentsOf = (file: string): string[] => {
  const { env } = Object(Bun.TOML.parse(readFileSync(join(root, file), 'utf8')))
  return ['', ...Object.keys(env)]
}

const check = async (file: string, environment: string): Promise<string> => {
  const title = `${file}, ${environment || 'no environment'}`
  const folder = mkdtempSync(join(tmpdir(), 'postern-deploy-'))
  try {
    const child = Bun.spawn(
      [node, wrangler, 'deploy', '--config', file, '--env', environment, '--dry-run', '--outdir', folder],
      {
        cwd: root,
        env: { ...process.env, WRANGLER_SEND_METRICS: 'false', WRANGLER_SEND_ERROR_REPORTS: 'false', CI: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    const [output, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    if ((await child.exited) !== 0 || /WARNING/.test(output + errors)) throw new Error(`${title}\n${output}${errors}`)
    const foreign = [...output.matchAll(/\bpostern-(?:annex|jobs)(?:-(\w+))?/g)].filter(
      ([, of = '']) => of !== environment,
    )
    if (foreign.length > 0) throw new Error(`${title} is bound to ${foreign.map(([name]) => name).join(', ')}.`)
    return `${title}: ${/Total Upload: .*/.exec(output)?.[0] ?? 'built'}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** One after another; the API's builds all write the same assets. */
const checkAll = async (files: string[]): Promise<void> => {
  for (const file of files) {
    for (const environment of environmentsOf(file)) console.log(await check(file, environment))
  }
}

try {
  await Promise.all([checkAll([api]), checkAll(inner)])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
