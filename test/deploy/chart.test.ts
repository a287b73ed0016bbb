import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import * as z from 'zod'
import { helmObstacle, lintChart, type Manifest, renderChart } from '../support/helm'
import { findTypeFaults } from './kubernetes-types'

// Each starts a program or two.
setDefaultTimeout(30_000)

const everything = {
  'worker.replicas': '2',
  'ingress.enabled': 'true',
  'ingress.host': 'id.example.com',
  'ingress.tlsSecretName': 'id-tls',
  'ingress.annotations.example': 'yes',
  'image.digest': `sha256:${'0a'.repeat(32)}`,
  'imagePullSecrets[0].name': 'registry',
  'networkPolicy.from[0].namespaceSelector.matchLabels.name': 'ingress',
  'secret.external.enabled': 'true',
  'secret.external.vault.enabled': 'true',
  'podAnnotations.example': 'yes',
  'nodeSelector.kind': 'small',
  'tolerations[0].key': 'small',
}
const least = {
  'autoscaling.enabled': 'false',
  'networkPolicy.enabled': 'false',
  'migrations.enabled': 'false',
}

const Probe = z.object({ httpGet: z.object({ path: z.string() }), periodSeconds: z.int() })
const Container = z.object({
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  envFrom: z.array(z.object({ secretRef: z.object({ name: z.string() }) })),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  readinessProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
})
const Pod = z.object({
  automountServiceAccountToken: z.literal(false),
  securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
  terminationGracePeriodSeconds: z.int().optional(),
  containers: z.tuple([Container]),
})
const Labelled = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: Pod,
})
const Workload = z.object({ spec: z.object({ template: Labelled }) })

const namesOf = (manifests: Manifest[]) => manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).toSorted()

const workloadsOf = (manifests: Manifest[]) =>
  manifests
    .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
    .map((manifest) => Workload.parse(manifest).spec.template)

const containerOf = (manifests: Manifest[], word: string) => {
  const found = workloadsOf(manifests).find(({ spec }) => spec.containers[0].args.includes(word))
  if (!found) throw new Error(`Nothing runs “postern ${word}”.`)
  return found
}

const settingsOf = ({ spec }: z.output<typeof Labelled>) =>
  Object.fromEntries(spec.containers[0].env.map(({ name, value }) => [name, value]))

describe.skipIf(helmObstacle !== undefined)(`the chart${helmObstacle ? ` (${helmObstacle})` : ''}`, () => {
  test('passes helm’s lint', () => {
    expect(lintChart()).toMatchObject({ succeeded: true })
  })

  test('is what Kubernetes and the External Secrets Operator have types of, field by field, whatever is switched on', async () => {
    expect(await findTypeFaults([...renderChart(), ...renderChart(everything), ...renderChart(least)])).toBe('')
  })

  test('a field that Kubernetes has not is found', async () => {
    const [deployment] = renderChart().filter(({ kind }) => kind === 'Deployment')
    if (!deployment) throw new Error('There is no Deployment.')
    expect(await findTypeFaults([{ ...deployment, spec: { replica: 2 } }])).toContain('replica')
    expect(() =>
      new Deployment({ metadata: { name: 'example' }, spec: Object({ replicas: 'two' }) }).validate(),
    ).toThrow()
  })

  test('the operator’s own schema takes what is read from a store, and refuses what is not one of its policies', () => {
    const [manifest] = renderChart(everything).filter(({ kind }) => kind === 'ExternalSecret')
    expect(() => new ExternalSecret(Object(manifest)).validate()).not.toThrow()
    const spec = { target: { creationPolicy: 'Never' } }
    expect(() => new ExternalSecret(Object({ ...manifest, spec })).validate()).toThrow()
  })

  test('has the parts that are switched on, and no other', () => {
    expect(namesOf(renderChart())).toEqual([
      'Deployment example-postern',
      'HorizontalPodAutoscaler example-postern',
      'Job example-postern-migrate',
      'NetworkPolicy example-postern',
      'PodDisruptionBudget example-postern',
      'Service example-postern',
      'ServiceAccount example-postern',
    ])
    expect(namesOf(renderChart(everything))).toEqual([
      'Deployment example-postern',
      'Deployment example-postern-worker',
      'ExternalSecret example-postern',
      'HorizontalPodAutoscaler example-postern',
      'Ingress example-postern',
      'Job example-postern-migrate',
      'NetworkPolicy example-postern',
      'PodDisruptionBudget example-postern',
      'SecretStore example-postern',
      'Service example-postern',
      'ServiceAccount example-postern',
    ])
    expect(namesOf(renderChart(least))).toEqual([
      'Deployment example-postern',
      'PodDisruptionBudget example-postern',
      'Service example-postern',
      'ServiceAccount example-postern',
    ])
  })

  test('every pod is nobody, writes nothing but its scratch, and takes its secrets from the Secret alone', () => {
    for (const { spec } of workloadsOf(renderChart(everything))) {
      const [{ env, envFrom, image }] = spec.containers
      expect(envFrom).toEqual([{ secretRef: { name: 'postern' } }])
      expect(env.map(({ name }) => name)).not.toContain('SECRET')
      expect(image).toBe(`registry.example.com/postern@sha256:${'0a'.repeat(32)}`)
    }
  })

  test('a pod that ends is left out before it stops, and has the time for both', () => {
    const { spec } = containerOf(renderChart({ drainSeconds: '20' }), 'serve')
    const [container] = spec.containers
    expect(settingsOf(containerOf(renderChart({ drainSeconds: '20' }), 'serve')).DRAIN_SECONDS).toBe('20')
    expect(spec.terminationGracePeriodSeconds).toBe(55)
    expect(container.readinessProbe).toMatchObject({ httpGet: { path: '/health/ready' }, periodSeconds: 3 })
    // An outage of Postgres must not restart every pod.
    expect(container.livenessProbe).toMatchObject({ httpGet: { path: '/health/live' } })
  })

  test('migrations, and the secrets they need, come before a release; whoever answers works jobs unless workers do', () => {
    const hooks = renderChart(everything)
      .filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade')
      .toSorted((a, b) => weightOf(a) - weightOf(b))
    expect(hooks.map(({ kind }) => kind)).toEqual(['SecretStore', 'ExternalSecret', 'Job'])
    expect(containerOf(hooks, 'migrate').spec.containers[0].args).toEqual(['migrate'])
    expect(settingsOf(containerOf(renderChart(), 'serve')).WORK_JOBS).toBe('on')
    expect(settingsOf(containerOf(renderChart(everything), 'serve')).WORK_JOBS).toBe('off')
    expect(containerOf(renderChart(everything), 'work').spec.containers).toHaveLength(1)
  })

  test.each<[values: Record<string, string>, name: string]>([
    [{ 'settings.BASE_URL': 'http://id.example.com' }, 'BASE_URL'],
    [{ 'settings.S3_ENDPOINT': '' }, 'S3_ENDPOINT'],
    [{ 'settings.SECRET': 'a secret where everybody reads it' }, 'SECRET'],
    [{ replica: '3' }, 'replica'],
    [{ 'secret.external.enabled': 'true' }, 'secret.external.store.name'],
    [{ 'ingress.enabled': 'true' }, 'ingress.host'],
  ])('refuses %j', (values, name) => {
    expect(() => renderChart(values)).toThrow(name)
  })
})

const weightOf = ({ metadata }: Manifest) => Number(metadata.annotations?.['helm.sh/hook-weight'])
