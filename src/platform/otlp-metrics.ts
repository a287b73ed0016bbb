import { createRegistry, type Family } from './metric-registry'
import { type OtlpSettings, toNanoseconds, toOtlpAttributes, toOtlpResource } from './otlp'
import type { Measurement } from './worker-meter'

/** The number of the protocol (`AggregationTemporality` of metrics.proto): each message tells what came since the one before. */
const delta = 1

/** In the words of the protocol (UCUM), by how a name of ours ends. */
const unitOf = (name: string): string => (name.endsWith('_seconds') ? 's' : name.endsWith('_bytes') ? 'By' : '1')

const toOtlpMetric = ({ name, definition, series }: Family, times: object) => {
  const { kind, help, labels: names, buckets = [] } = definition
  const points = series.map(({ labels, value, counts }) => {
    const attributes = toOtlpAttributes(Object.fromEntries(names.map((label, index) => [label, labels[index] ?? ''])))
    if (kind !== 'histogram') return { ...times, attributes, asDouble: value }
    return {
      ...times,
      attributes,
      count: String(counts.reduce((sum, count) => sum + count, 0)),
      sum: value,
      bucketCounts: counts.map(String),
      explicitBounds: buckets,
    }
  })
  const described = { name, description: help, unit: unitOf(name) }
  return kind === 'histogram'
    ? { ...described, histogram: { aggregationTemporality: delta, dataPoints: points } }
    : { ...described, sum: { aggregationTemporality: delta, isMonotonic: true, dataPoints: points } }
}

const summarize = (measurements: Measurement[]): Family[] => {
  const registry = createRegistry()
  for (const [name, labels, value] of measurements) registry.take(name, labels, value)
  return registry.list().filter(({ series }) => series.some(({ counts, value }) => value > 0 || counts.some(Boolean)))
}

export interface MetricsMessageParts {
  settings: OtlpSettings
  /** Who measured; two that measure at once must not be one. */
  instance: string
  /** Milliseconds since 1970. */
  since: number
  until: number
}

/** An `ExportMetricsServiceRequest` (OTLP, JSON encoding) of what was measured in a stretch of time. */
export const toOtlpMetrics = (
  { settings, instance, since, until }: MetricsMessageParts,
  measurements: Measurement[],
) => {
  const resource = toOtlpResource(settings)
  const times = { startTimeUnixNano: toNanoseconds(since), timeUnixNano: toNanoseconds(until) }
  return {
    resourceMetrics: [
      {
        resource: { attributes: [...resource.attributes, ...toOtlpAttributes({ 'service.instance.id': instance })] },
        scopeMetrics: [
          { scope: { name: 'postern' }, metrics: summarize(measurements).map((family) => toOtlpMetric(family, times)) },
        ],
      },
    ],
  }
}
