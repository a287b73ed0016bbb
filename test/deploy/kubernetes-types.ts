import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repository } from '../support/folders'
import type { Manifest } from '../support/helm'

const compiler = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')))
const options = '--noEmit --ignoreConfig --strict --skipLibCheck --module preserve --moduleResolution bundler'

const packageOf = ({ apiVersion }: Manifest) =>
  apiVersion.startsWith('external-secrets.io/') ? '@kubernetes-models/external-secrets' : 'kubernetes-models'

const toConstant = (manifest: Manifest, index: number) =>
  `import type { I${manifest.kind} as Type${index} } from '${packageOf(manifest)}/${manifest.apiVersion}/${manifest.kind}'
export const manifest${index}: Type${index} = ${JSON.stringify(manifest)}`

/**
 * Holds manifests against the types that are made of Kubernetes' own schemas, by the compiler: it knows every field, so a
 * name that is none is found too, as a cluster with strict validation would.
 * @returns what the compiler complains about; nothing if all is well
 */
export const findTypeFaults = async (manifests: Manifest[]): Promise<string> => {
  // Beneath the repository, so that the packages are found.
  mkdirSync(join(repository, 'dist'), { recursive: true })
  const folder = mkdtempSync(join(repository, 'dist', 'manifests-'))
  try {
    const file = join(folder, 'manifests.ts')
    await Bun.write(file, manifests.map(toConstant).join('\n'))
    const { stdout, stderr } = Bun.spawnSync([process.execPath, compiler, ...options.split(' '), file])
    return stdout.toString() + stderr.toString()
  } finally {
    rmSync(folder, { recursive: true })
  }
}
