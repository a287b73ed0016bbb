import type { MeasurementFormat } from '#core/measurements'
import type { Family, Series } from './metric-registry'

/** The units that names of ours end with, as OpenMetrics wants them to. */
const unitOf = (family: string) => /_(seconds|bytes)$/.exec(family)?.[1]

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
const escapeValue = (text: string) => escapeHelp(text).replaceAll('"', '\\"')

const writeNumber = (value: number): string => {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

/** With a point always, so that a bound is the same text in both formats and for every Prometheus. */
const writeBound = (bound: number) => (Number.isInteger(bound) ? `${bound}.0` : writeNumber(bound))

const writeLabels = (names: readonly string[], values: readonly string[], more: string[] = []): string => {
  const pairs = [...names.map((name, index) => `${name}="${escapeValue(values[index] ?? '')}"`), ...more]
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const writeHistogram = ({ name, definition }: Family, { labels, counts, value }: Series): string[] => {
  const bounds = [...(definition.buckets ?? []), Number.POSITIVE_INFINITY]
  let count = 0
  const buckets = bounds.map((bound, index) => {
    count += counts[index] ?? 0
    return `${name}_bucket${writeLabels(definition.labels, labels, [`le="${writeBound(bound)}"`])} ${count}`
  })
  const own = writeLabels(definition.labels, labels)
  return [...buckets, `${name}_sum${own} ${writeNumber(value)}`, `${name}_count${own} ${count}`]
}

const writeSeries = (family: Family, series: Series): string[] =>
  family.definition.kind === 'histogram'
    ? writeHistogram(family, series)
    : [`${family.name}${writeLabels(family.definition.labels, series.labels)} ${writeNumber(series.value)}`]

const writeFamily = (family: Family, format: MeasurementFormat): string[] => {
  const { name, definition, series } = family
  const isOpen = format === 'openmetrics'
  // There the name of a counter is what is counted, and only its sample says `_total`.
  const title = isOpen && definition.kind === 'counter' ? name.replace(/_total$/, '') : name
  const unit = isOpen ? unitOf(title) : undefined
  return [
    `# HELP ${title} ${escapeHelp(definition.help)}`,
    `# TYPE ${title} ${definition.kind}`,
    ...(unit ? [`# UNIT ${title} ${unit}`] : []),
    ...series.flatMap((one) => writeSeries(family, one)),
  ]
}

/**
 * Measurements as text: in Prometheus's format (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4)
 * or that of OpenMetrics 1.0.
 */
export const writeMeasurements = (families: Family[], format: MeasurementFormat): string =>
  [
    ...families.flatMap((family) => writeFamily(family, format)),
    ...(format === 'openmetrics' ? ['# EOF'] : []),
    '',
  ].join('\n')
