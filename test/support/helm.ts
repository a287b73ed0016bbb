import { join } from 'node:path'
import * as z from 'zod'
import { repository } from './folders'

const binary = Bun.which('helm')

/** Why the chart can't be rendered here, if it can't. */
export const helmObstacle = binary ? undefined : 'helm is not installed'

export const chart = join(repository, 'deploy/helm/postern')

/** Runs helm; gives what it printed on either stream. */
export const runHelm = (...words: string[]): { succeeded: boolean; output: string } => {
  const { success, stdout, stderr } = Bun.spawnSync([binary ?? 'helm', ...words], { stdout: 'pipe', stderr: 'pipe' })
  return { succeeded: success, output: success ? stdout.toString() : stderr.toString() }
}

/** What every installation has to say. */
export const leastValues: Record<string, string> = {
  'settings.BASE_URL': 'https://id.example.com',
  'settings.EMAIL_FROM': 'Postern <postern@example.com>',
  'settings.S3_ENDPOINT': 'https://s3.example.com',
}

const toWords = (values: Record<string, string>) =>
  Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`])

const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), annotations: z.record(z.string(), z.string()).optional() }),
})
export type Manifest = z.output<typeof Manifest>

const rendered = new Map<string, Manifest[]>()

/** What the cluster would be given. Throws with what helm says if it refuses. */
export const renderChart = (values: Record<string, string> = {}): Manifest[] => {
  const key = JSON.stringify(values)
  const manifests = rendered.get(key) ?? render(values)
  rendered.set(key, manifests)
  return manifests
}

const render = (values: Record<string, string>): Manifest[] => {
  const words = ['template', 'example', chart, '--namespace', 'identity', ...toWords({ ...leastValues, ...values })]
  const { succeeded, output } = runHelm(...words)
  if (!succeeded) throw new Error(output)
  const documents: unknown = Bun.YAML.parse(output)
  return z.array(Manifest).parse([documents].flat().filter((document) => document !== null))
}

/** Holds the chart against helm's own rules. */
export const lintChart = () => runHelm('lint', '--strict', chart, ...toWords(leastValues))
