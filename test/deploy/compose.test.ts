import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { observability, readYaml } from './rule-files'

const Service = z.strictObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).optional(),
  secrets: z.array(z.string()).default([]),
  depends_on: z.array(z.string()).default([]),
  extra_hosts: z.array(z.string()).optional(),
  ports: z.array(z.string()).default([]),
})

const Compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.strictObject({})),
})

const Components = z.record(z.string(), z.unknown())
const Pipeline = z.strictObject({
  receivers: z.array(z.string()).min(1),
  processors: z.array(z.string()),
  exporters: z.array(z.string()).min(1),
})
const Collector = z.strictObject({
  receivers: Components,
  processors: Components,
  exporters: Components,
  service: z.strictObject({ pipelines: z.record(z.enum(['traces', 'metrics']), Pipeline) }),
})

const Datasources = z.object({
  apiVersion: z.literal(1),
  datasources: z.array(z.object({ uid: z.string(), type: z.enum(['prometheus', 'tempo']), url: z.url() })),
})

const Providers = z.object({
  apiVersion: z.literal(1),
  providers: z.array(z.object({ type: z.literal('file'), options: z.strictObject({ path: z.string() }) })),
})

const fileOf = (name: string) => join(observability, name)
const compose = Compose.parse(await readYaml(fileOf('compose.yaml')))
const services = Object.entries(compose.services)

test('every image has a version, and every port is this machine’s alone', () => {
  const loose = services.filter(([, { image }]) => !/^[\w./-]+:v?\d+\.\d+\.\d+$/.test(image))
  expect(loose).toEqual([])
  expect(services.flatMap(([, { ports }]) => ports).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
})

test('services name services, secrets, volumes and files that there are', () => {
  for (const [, { depends_on, secrets, volumes }] of services) {
    expect(depends_on.filter((name) => !compose.services[name])).toEqual([])
    expect(secrets.filter((name) => !compose.secrets[name])).toEqual([])
    const sources = volumes.map((volume) => volume.split(':')[0] ?? '')
    expect(sources.filter((path) => path.startsWith('./') && !existsSync(fileOf(path)))).toEqual([])
    expect(sources.filter((name) => !name.startsWith('./') && !compose.volumes[name])).toEqual([])
  }
})

test('what commands name as a file is mounted there', () => {
  const missing = services.flatMap(([name, { command = [], volumes }]) => {
    const mounted = volumes.map((volume) => volume.split(':')[1] ?? '')
    const files = command.flatMap((word) => /[-.]?config(?:\.file)?=(\/.+)$/.exec(word)?.[1] ?? [])
    return files.filter((file) => !mounted.some((path) => file.startsWith(path))).map((file) => `${name}: ${file}`)
  })
  expect(missing).toEqual([])
})

test('the collector’s pipelines have parts that there are, and lead to services', async () => {
  const { receivers, processors, exporters, service } = Collector.parse(await readYaml(fileOf('collector.yaml')))
  for (const pipeline of Object.values(service.pipelines)) {
    expect(pipeline.receivers.filter((name) => !(name in receivers))).toEqual([])
    expect(pipeline.processors.filter((name) => !(name in processors))).toEqual([])
    expect(pipeline.exporters.filter((name) => !(name in exporters))).toEqual([])
  }
  const hosts = [...JSON.stringify(exporters).matchAll(/"endpoint":"(?:http:\/\/)?([\w-]+)/g)].map(
    ([, host = '']) => host,
  )
  expect(hosts.toSorted()).toEqual(['prometheus', 'tempo'])
  expect(hosts.filter((host) => !compose.services[host])).toEqual([])
})

test('Grafana finds Prometheus, Tempo and the dashboards', async () => {
  const { datasources } = Datasources.parse(await readYaml(fileOf('grafana/provisioning/datasources/postern.yaml')))
  expect(datasources.map(({ url }) => new URL(url).hostname).filter((host) => !compose.services[host])).toEqual([])
  const { providers } = Providers.parse(await readYaml(fileOf('grafana/provisioning/dashboards/postern.yaml')))
  const mounted = compose.services.grafana?.volumes.map((volume) => volume.split(':')[1])
  for (const { options } of providers) expect(mounted).toContain(options.path)
})
