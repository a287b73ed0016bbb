import { expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { repository } from '../support/folders'
import { observability, readYaml } from './rule-files'

const Names = z.union([z.array(z.string()), z.record(z.string(), z.strictObject({ condition: z.string() }))])
const Service = z.strictObject({
  image: z.string(),
  build: z.literal('../..').optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  env_file: z.array(z.string()).optional(),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  depends_on: Names.optional(),
  ports: z.array(z.string()).default([]),
  restart: z.string().optional(),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
})
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.strictObject({})),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
})

const folder = join(repository, 'deploy/compose')
const { services, volumes, secrets } = Compose.parse(await readYaml(join(folder, 'compose.yaml')))
const beside = z
  .looseObject({ services: z.record(z.string(), z.looseObject({})) })
  .parse(await readYaml(join(observability, 'compose.yaml'))).services

test('every image has a version, every port is this machine’s alone, and what is named is there', () => {
  for (const [name, { image, ports, volumes: mounts, secrets: named = [], depends_on = [] }] of Object.entries(
    services,
  )) {
    expect(image).toMatch(/^[\w./-]+:(v?\d+(\.\d+)+(-bookworm)?|\$\{POSTERN_VERSION:-local\})$/)
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
    const sources = mounts.map((mount) => mount.split(':')[0] ?? '')
    expect(sources.filter((path) => path.startsWith('.') && !existsSync(join(folder, path)))).toEqual([])
    expect(sources.filter((source) => !source.startsWith('.') && !volumes[source])).toEqual([])
    expect(named.filter((secret) => !secrets[secret])).toEqual([])
    const needs = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on)
    expect(`${name} needs ${needs.filter((need) => !services[need])}`).toBe(`${name} needs `)
  }
})

test('Postern is nobody, writes its own folder alone, and starts when the schema is current', () => {
  const { postern, migrate } = services
  for (const service of [postern, migrate]) {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], volumes: ['postern:/var/lib/postern'] })
    expect(Object.keys(service?.environment ?? {})).not.toContain('SECRET')
  }
  expect(postern?.depends_on).toMatchObject({ migrate: { condition: 'service_completed_successfully' } })
  expect(postern?.stop_grace_period).toBe('40s')
})

test('what looks at it is what stands in deploy/observability', () => {
  for (const name of ['tempo', 'collector', 'grafana', 'prometheus']) {
    const [own, other] = [services[name], Service.loose().parse(beside[name])]
    expect(own?.image).toBe(other.image)
    expect(own?.command).toEqual(other.command)
    expect(own?.environment).toEqual(other.environment)
    const moved = other.volumes.map((mount) => mount.replace(/^\.\//, '../observability/'))
    if (name !== 'prometheus') expect(own?.volumes).toEqual(moved)
  }
})

test('Prometheus collects as it does there, but from the service of this file', async () => {
  const own = JSON.stringify(await readYaml(join(folder, 'prometheus.yaml')))
  const other = JSON.stringify(await readYaml(join(observability, 'prometheus/prometheus.yaml')))
  expect(own).toBe(other.replace('host.docker.internal:3000', 'postern:3000'))
})
