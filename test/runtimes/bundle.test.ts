import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { findNode } from '../../deploy/node'
import { makeTemporaryFolder, repository } from '../support/folders'

/** The whole Worker, WebAssembly included, as the edge receives it. */
const mostBytes = 120 * 1024

const gzipBytes = async (path: string) => Bun.gzipSync(await Bun.file(path).arrayBuffer()).length

test('the Worker is at most 120 KiB gzip and holds nothing that is for Bun or for building', async () => {
  const folder = makeTemporaryFolder()
  const wrangler = Bun.spawn(
    [findNode(), 'node_modules/wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--outdir', folder],
    {
      cwd: repository,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_SEND_ERROR_REPORTS: 'false' },
    },
  )
  const errors = await new Response(wrangler.stderr).text()
  expect(await wrangler.exited, errors).toBe(0)
  const parts = [...new Bun.Glob('*.{js,wasm}').scanSync(folder)].map((name) => join(folder, name))
  expect(parts).toHaveLength(2)
  const sizes = await Promise.all(parts.map(gzipBytes))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(mostBytes)
  const script = await Bun.file(join(folder, 'worker.js')).text()
  for (const foreign of ['pglite', 'openapi: "3.1', 'drizzle-kit', 'node-rs']) expect(script).not.toContain(foreign)
}, 60_000)
