import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { readParts } from './worker-parts.ts'
import type { WorkersToRun } from './worker-server.ts'

/**
 * Runs built Workers in workerd, bound to each other as their configurations say, until SIGTERM. Node runs this file: the
 * emulation is made for it. It does what `wrangler dev` does, without building them anew and without a Worker before them.
 *
 * node test/support/run-workers.ts <file with WorkersToRun as JSON>
 */
const { port, folder, workers }: WorkersToRun = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))

const toModule = (bundle: string, name: string) =>
  ({ type: name.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule', path: join(bundle, name) }) as const

const toOptions = ({ name, config, bundle }: WorkersToRun['workers'][number]) => {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(config)
  const modules = readParts(bundle).map((part) => toModule(bundle, part))
  return { ...workerOptions, name, modules, modulesRoot: bundle }
}

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    workers: workers.map(toOptions),
    port,
    host: '127.0.0.1',
    log: new Log(LogLevel.WARN),
    unsafeTriggerHandlers: true,
    defaultPersistRoot: folder,
  }),
)
process.once('SIGTERM', async () => {
  await miniflare.dispose()
  process.exit(0)
})
await miniflare.ready
