import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { repository } from '../support/folders'
import { readYaml } from './rule-files'

const read = (path: string) => readFileSync(join(repository, path), 'utf8')
/** As long as Bun keeps a connection that nobody uses, unless it is told otherwise. */
const idleSeconds = 10

const Route = z.object({
  match: z.record(z.string(), z.string()),
  route: z
    .object({ cluster: z.string(), retry_policy: z.object({ retry_on: z.string(), num_retries: z.int() }) })
    .optional(),
})
const Manager = z.object({
  use_remote_address: z.literal(true),
  route_config: z.object({ virtual_hosts: z.tuple([z.object({ routes: z.array(Route) })]) }),
})
const Cluster = z.object({
  name: z.string(),
  typed_extension_protocol_options: z.record(
    z.string(),
    z.object({ common_http_protocol_options: z.object({ idle_timeout: z.string() }) }),
  ),
  health_checks: z.tuple([
    z.object({
      interval: z.string(),
      unhealthy_threshold: z.literal(1),
      http_health_check: z.object({ path: z.literal('/health/ready') }),
    }),
  ]),
  load_assignment: z.object({ cluster_name: z.string() }),
})
const Envoy = z.object({
  static_resources: z.object({
    listeners: z.tuple([
      z.object({
        filter_chains: z.tuple([z.object({ filters: z.tuple([z.object({ typed_config: Manager })]) })]),
      }),
    ]),
    clusters: z.tuple([Cluster]),
  }),
})

const seconds = (text: string) => Number(/^(\d+)s$/.exec(text)?.[1])

test('Envoy’s example leads to its cluster, and repeats only what no process was told of', async () => {
  const { static_resources } = Envoy.parse(await readYaml(join(repository, 'deploy/proxies/envoy.yaml')))
  const [cluster] = static_resources.clusters
  const [{ routes }] = static_resources.listeners[0].filter_chains[0].filters[0].typed_config.route_config.virtual_hosts
  expect(cluster.load_assignment.cluster_name).toBe(cluster.name)
  const routed = routes.flatMap(({ route }) => route ?? [])
  expect(routed.map((route) => route.cluster)).toEqual([cluster.name])
  const [{ retry_policy }] = routed as [(typeof routed)[number]]
  expect(retry_policy.retry_on.split(',').toSorted()).toEqual([
    'connect-failure',
    'refused-stream',
    'reset-before-request',
  ])
  for (const { common_http_protocol_options } of Object.values(cluster.typed_extension_protocol_options)) {
    expect(seconds(common_http_protocol_options.idle_timeout)).toBeLessThan(idleSeconds)
  }
  expect(seconds(cluster.health_checks[0].interval)).toBeLessThan(drainSeconds)
})

const unit = read('deploy/systemd/postern.service')
const drainSeconds = Number(/^Environment=DRAIN_SECONDS=(\d+)$/m.exec(unit)?.[1])

test('nginx’s example leaves a process out for longer than it drains, and keeps connections for less long than Bun', () => {
  const nginx = read('deploy/proxies/nginx.conf')
  const [first = 0, ...others] = [...nginx.matchAll(/fail_timeout=(\d+)s/g)].map(([, text]) => Number(text))
  expect(others).toEqual([first])
  expect(first).toBeGreaterThan(drainSeconds)
  expect(Number(/keepalive_timeout (\d+)s/.exec(nginx)?.[1])).toBeLessThan(idleSeconds)
  const repeating = [...nginx.matchAll(/^\s*proxy_next_upstream (.*);$/gm)].map(([, conditions]) => conditions)
  expect(repeating).toEqual(['error timeout', 'error timeout http_503'])
})

test('the unit of systemd gives a process the time to drain and to stop', () => {
  expect(drainSeconds).toBe(5)
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThanOrEqual(drainSeconds + 30)
})

const analyze = Bun.which('systemd-analyze')

test.skipIf(!analyze)('systemd reads the unit, and finds little that it could do to the machine', async () => {
  const file = join(repository, 'deploy/systemd/postern.service')
  const verified = Bun.spawnSync(['systemd-analyze', 'verify', file], { stderr: 'pipe' })
  // The binary is not installed here, which is all that may be wrong.
  const complaints = verified.stderr
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.includes('/usr/local/bin/postern'))
  expect(complaints).toEqual([])
  const words = ['security', '--offline=true', '--threshold=20', file]
  expect(Bun.spawnSync(['systemd-analyze', ...words], { stdout: 'ignore', stderr: 'ignore' }).exitCode).toBe(0)
})
