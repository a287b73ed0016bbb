import { expect, test } from 'bun:test'
import { join } from 'node:path'
import * as z from 'zod'
import { dashboardFolder, exampleRunbook, renderDashboards } from '../../deploy/observability/build-dashboards'
import { faultsOf } from './known-metrics'
import { alerts, knownMetrics, observability, readYaml } from './rule-files'

const Link = z.object({ title: z.string(), url: z.string() })
const Datasource = z.object({ type: z.literal('prometheus'), uid: z.literal('$datasource') })
const Position = z.strictObject({
  h: z.number().int().min(1),
  w: z.number().int().min(1).max(24),
  x: z.number().int().min(0).max(23),
  y: z.number().int().min(0),
})

/** What Grafana needs of a panel, and what we want of each. */
const Panel = z.object({
  id: z.number().int().min(1),
  type: z.enum(['timeseries', 'stat', 'bargauge', 'table', 'row']),
  title: z.string().min(1),
  gridPos: Position,
  description: z.string().min(1).optional(),
  datasource: Datasource.optional(),
  targets: z
    .array(z.object({ refId: z.string().regex(/^[A-Z]$/), expr: z.string().min(1), datasource: Datasource }))
    .optional(),
  fieldConfig: z
    .object({
      defaults: z.object({
        unit: z.string().min(1),
        thresholds: z.object({ steps: z.array(z.object({ color: z.string(), value: z.number().nullable() })).min(1) }),
      }),
    })
    .optional(),
  links: z.array(Link).optional(),
})

const Dashboard = z.object({
  uid: z.string().regex(/^[\w-]{1,40}$/),
  title: z.string().min(1),
  schemaVersion: z.number().int().min(39),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
  panels: z.array(Panel).min(5),
})

const dashboards = await Promise.all(
  [...new Bun.Glob('*.json').scanSync(dashboardFolder)].sort().map(async (name) => ({
    name,
    text: await Bun.file(join(dashboardFolder, name)).text(),
  })),
)
const parsed = dashboards.map(({ text }) => Dashboard.parse(JSON.parse(text)))
const panels = parsed.flatMap(({ uid, panels }) =>
  panels.filter(({ type }) => type !== 'row').map((panel) => ({ uid, ...panel })),
)

test('the files of dashboards are those that `bun run dashboards` writes', () => {
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name)
  expect(dashboards.toSorted(byName)).toEqual(renderDashboards(exampleRunbook).toSorted(byName))
})

test('every dashboard has its own uid, and variables for where it looks', () => {
  expect(new Set(parsed.map(({ uid }) => uid)).size).toBe(5)
  const variables = parsed.map(({ templating }) => templating.list.map(({ name }) => name))
  expect(variables).toEqual(parsed.map(() => ['datasource', 'instance']))
})

test('every panel has a meaning, a unit, thresholds, queries and an id of its own', () => {
  const bare = panels.filter(
    ({ description, fieldConfig, targets = [] }) => !description || !fieldConfig || targets.length === 0,
  )
  expect(bare.map(({ title }) => title)).toEqual([])
  for (const { panels } of parsed) expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
})

test('no panel lies on another one', () => {
  const cells = parsed.map(({ panels }) =>
    panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    ),
  )
  for (const taken of cells) expect(new Set(taken).size).toBe(taken.length)
})

test('queries name metrics and labels that there are', () => {
  const queries = panels.flatMap(({ uid, title, targets = [] }) => targets.map(({ expr }) => ({ uid, title, expr })))
  const faults = queries.flatMap(({ uid, title, expr }) =>
    faultsOf(expr, knownMetrics).map((fault) => `${uid}, ${title}: ${fault}`),
  )
  expect(queries.length).toBeGreaterThan(60)
  expect(faults).toEqual([])
})

test('links lead to sections of alerts that there are, and every alert is linked from somewhere', () => {
  const linked = new Set(panels.flatMap(({ links = [] }) => links.map(({ url }) => url)))
  const sections = alerts.map(({ alert }) => `${exampleRunbook}#${alert.toLowerCase()}`)
  expect([...linked].filter((url) => !sections.includes(url))).toEqual([])
  expect(sections.filter((url) => !linked.has(url))).toEqual([])
})

test('alerts and dashboards lead to the same runbook', async () => {
  const config = z
    .object({ global: z.object({ external_labels: z.object({ runbook: z.string() }) }) })
    .parse(await readYaml(join(observability, 'prometheus/prometheus.yaml')))
  expect(config.global.external_labels.runbook).toBe(exampleRunbook)
})
