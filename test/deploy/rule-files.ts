import { join } from 'node:path'
import * as z from 'zod'
import { repository } from '../support/folders'
import { catalogue, type KnownMetrics } from './known-metrics'
import { readNames } from './promql'

export const observability = join(repository, 'deploy/observability')

const Labels = z.record(z.string(), z.string())

const Recording = z.strictObject({ record: z.string(), expr: z.string(), labels: Labels.optional() })

const Alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: Labels.and(z.object({ severity: z.enum(['page', 'ticket']) })),
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
})

const RuleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      interval: z.string().optional(),
      rules: z.array(z.union([Recording, Alert])),
    }),
  ),
})

const TestFile = z.object({
  tests: z.array(
    z.object({
      input_series: z.array(z.object({ series: z.string(), values: z.union([z.string(), z.number()]) })),
      promql_expr_test: z.array(
        z.object({ expr: z.string(), eval_time: z.string(), exp_samples: z.array(z.unknown()) }),
      ),
    }),
  ),
})

/** A file of YAML as plain data. */
export const readYaml = async (path: string): Promise<unknown> => Bun.YAML.parse(await Bun.file(path).text())

const filesIn = (folder: string): string[] =>
  [...new Bun.Glob('*.yaml').scanSync(join(observability, folder))]
    .sort()
    .map((name) => join(observability, folder, name))

/** Files of rules of Prometheus. */
export const ruleFiles = filesIn('prometheus/rules')
/** Files of tests of these, for promtool. */
export const ruleTestFiles = filesIn('prometheus/tests')

const rules = (await Promise.all(ruleFiles.map(readYaml))).flatMap((file) =>
  RuleFile.parse(file).groups.flatMap((group) => group.rules),
)

export const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []))
export const recordings = rules.flatMap((rule) => ('record' in rule ? [rule] : []))

/** What the rules are tested by. */
export const ruleTests = (await Promise.all(ruleTestFiles.map(readYaml))).flatMap((file) => TestFile.parse(file).tests)

/** With what the rules record, which has the labels that it is grouped by, its own, and those of what it is made of. */
const withRecorded = (known: KnownMetrics): KnownMetrics => {
  const all = new Map(known)
  for (const { record, expr, labels = {} } of recordings) {
    const { selected, grouped } = readNames(expr)
    const inherited = selected.flatMap(({ metric }) => (known.has(metric) ? [] : (all.get(metric) ?? [])))
    all.set(record, [...(all.get(record) ?? []), ...grouped, ...Object.keys(labels), ...inherited])
  }
  return all
}

/** Every metric that rules and dashboards may name. */
export const knownMetrics = withRecorded(catalogue)
