import { type MetricDefinition, metrics } from '#core/metrics'
import { readNames } from './promql'

/** Metrics by their name in Prometheus, with the labels that they may have. */
export type KnownMetrics = ReadonlyMap<string, readonly string[]>

/** Prometheus adds them to all that it collects. */
const always = ['job', 'instance']

const namesOf = ([name, { kind, labels }]: [string, MetricDefinition]): [string, string[]][] =>
  kind === 'histogram'
    ? [
        [`${name}_bucket`, [...labels, ...always, 'le']],
        [`${name}_sum`, [...labels, ...always]],
        [`${name}_count`, [...labels, ...always]],
      ]
    : [[name, [...labels, ...always]]]

/** What Prometheus makes itself, of any target. */
const ofPrometheus: [string, string[]][] = [
  ['up', always],
  ['ALERTS', ['alertname', 'alertstate', 'severity', ...always]],
]

/** The catalogue as Prometheus knows it. */
export const catalogue: KnownMetrics = new Map([...Object.entries(metrics).flatMap(namesOf), ...ofPrometheus])

/** What an expression gets wrong: metrics that there are not, and labels that no metric of it has. */
export const faultsOf = (expression: string, known: KnownMetrics): string[] => {
  const { selected, grouped } = readNames(expression)
  const labels = new Set(selected.flatMap(({ metric }) => known.get(metric) ?? []))
  return [
    ...selected.filter(({ metric }) => !known.has(metric)).map(({ metric }) => `there is no metric ${metric}`),
    ...selected.flatMap(({ metric, labels }) =>
      labels.filter((label) => !known.get(metric)?.includes(label)).map((label) => `${metric} has no label ${label}`),
    ),
    ...grouped.filter((label) => !labels.has(label)).map((label) => `no metric of it has a label ${label}`),
  ]
}
