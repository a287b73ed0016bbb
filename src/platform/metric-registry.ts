import { type Meter, type MetricDefinition, type MetricName, metrics } from '#core/metrics'

/** Values of one set of labels. */
export interface Series {
  /** In the order of the metric's labels. */
  labels: string[]
  /** Of a counter or a gauge; of a histogram the sum of what it took. */
  value: number
  /** Of a histogram: how many values were within each bound and not within the one before, and at last those beyond all. */
  counts: number[]
}

export interface Family {
  name: MetricName
  definition: MetricDefinition
  series: Series[]
}

/** Measurements of one process. */
export interface Registry extends Meter {
  /** Takes a count or a value that was measured elsewhere, as the catalogue says of its name; of a gauge nothing. */
  take(name: MetricName, labels: Record<string, string>, value: number): void
  /** Forgets what was said of a metric. */
  clear(name: MetricName): void
  /** Every metric of which anything was said, in the order of the catalogue. */
  list(): Family[]
}

/** A metric has no more series than this and one: labels have few values, and this holds where one has not. */
const mostSeries = 5000

const isMetricName = (name: string): name is MetricName => Object.hasOwn(metrics, name)
const names = Object.keys(metrics).filter(isMetricName)

const bucketOf = (bounds: readonly number[], value: number): number => {
  let index = 0
  for (const bound of bounds) {
    if (value <= bound) return index
    index += 1
  }
  return index
}

/** Where those are counted for whom there is no room: no key of labels is this. */
const rest = 'other'

const createFamily = (name: MetricName) => {
  const definition: MetricDefinition = metrics[name]
  const { kind, labels: labelNames, buckets = [] } = definition
  const series = new Map<string, Series>()
  const begin = (key: string, labels: string[]): Series => {
    const counts = kind === 'histogram' ? Array.from({ length: buckets.length + 1 }, () => 0) : []
    const begun = { labels, value: 0, counts }
    series.set(key, begun)
    return begun
  }
  const beginOther = (key: string, labels: Record<string, string>): Series =>
    series.size < mostSeries
      ? begin(
          key,
          labelNames.map((label) => labels[label] ?? ''),
        )
      : (series.get(rest) ??
        begin(
          rest,
          labelNames.map(() => rest),
        ))
  // A counter that is not there at first seems never to have moved when it is.
  if (kind === 'counter' && labelNames.length === 0) begin('', [])
  return {
    definition,
    series,
    buckets,
    find: (labels: Record<string, string>): Series => {
      let key = ''
      for (const label of labelNames) key += `${labels[label]}\n`
      return series.get(key) ?? beginOther(key, labels)
    },
  }
}

/** Keeps measurements in memory: a look in a map and an addition for each. */
export const createRegistry = (): Registry => {
  const families = new Map(names.map((name) => [name, createFamily(name)]))
  const familyOf = (name: MetricName) => {
    const family = families.get(name)
    if (!family) throw new Error(`${name} is no metric of ours.`)
    return family
  }
  const take: Registry['take'] = (name, labels, value) => {
    const { definition, buckets, find } = familyOf(name)
    if (definition.kind === 'gauge') return
    const found = find(labels)
    found.value += value
    if (definition.kind !== 'histogram') return
    const bucket = bucketOf(buckets, value)
    found.counts[bucket] = (found.counts[bucket] ?? 0) + 1
  }
  return {
    take,
    add: (name, labels, by = 1) => take(name, labels, by),
    observe: take,
    set: (name, labels, value) => {
      familyOf(name).find(labels).value = value
    },
    clear: (name) => familyOf(name).series.clear(),
    list: () =>
      [...families].flatMap(([name, { definition, series }]) =>
        series.size === 0 ? [] : [{ name, definition, series: [...series.values()] }],
      ),
  }
}
