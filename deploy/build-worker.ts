import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Writes the API's Worker into dist/worker, for wrangler to upload as it is. What src/worker.ts imports at run time is in files
 * of its own, which a start of the Worker does not read: wrangler's own build would make one file of all.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'dist/worker')
const fresh = `${folder}-${process.pid}`

await build({
  absWorkingDir: root,
  entryPoints: ['src/worker.ts'],
  outdir: fresh,
  assetNames: '[name]',
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  sourcemap: 'linked',
  legalComments: 'none',
  // As wrangler builds: what packages have for Workers, and what workerd brings along.
  target: 'es2024',
  platform: 'browser',
  conditions: ['workerd', 'worker', 'browser'],
  mainFields: ['browser', 'module', 'main'],
  external: ['cloudflare:*', 'node:*'],
  loader: { '.wasm': 'copy' },
  define: { 'process.env.NODE_ENV': '"production"', 'navigator.userAgent': '"Cloudflare-Workers"' },
  logLevel: 'warning',
})
// File by file, so that who uploads meanwhile finds each of them whole.
mkdirSync(folder, { recursive: true })
const files = readdirSync(fresh)
for (const file of files) renameSync(join(fresh, file), join(folder, file))
rmdirSync(fresh)
// Nothing of an earlier build may be uploaded with it.
for (const file of readdirSync(folder).filter((file) => !files.includes(file))) rmSync(join(folder, file))
