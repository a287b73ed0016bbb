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

/** Where those are counted for whom there is no room. */
const rest = 'other'

/** Series by the value of one label, then of the next; a key of all values would be a text to make and to hash for each look. */
interface Branch {
  series?: Series
  branches: Map<string, Branch>
}

const newBranch = (): Branch => ({ branches: new Map() })

const createFamily = (name: MetricName) => {
  const definition: MetricDefinition = metrics[name]
  const { kind, labels: labelNames, buckets = [] } = definition
  const series: Series[] = []
  let root = newBranch()
  let others: Series | undefined
  const begin = (labels: string[]): Series => {
    const counts = kind === 'histogram' ? Array.from({ length: buckets.length + 1 }, () => 0) : []
    const begun = { labels, value: 0, counts }
    series.push(begun)
    return begun
  }
  const plant = (labels: string[]): Series => {
    if (series.length >= mostSeries) {
      others ??= begin(labelNames.map(() => rest))
      return others
    }
    let branch = root
    for (const label of labels) {
      const next = branch.branches.get(label) ?? newBranch()
      branch.branches.set(label, next)
      branch = next
    }
    branch.series = begin(labels)
    return branch.series
  }
  // A counter that is not there at first seems never to have moved when it is.
  if (kind === 'counter' && labelNames.length === 0) plant([])
  return {
    definition,
    series,
    buckets,
    find: (labels: Record<string, string>): Series => {
      let branch: Branch | undefined = root
      for (const label of labelNames) branch = branch?.branches.get(labels[label] ?? '')
      return branch?.series ?? plant(labelNames.map((label) => labels[label] ?? ''))
    },
    clear: () => {
      series.length = 0
      root = newBranch()
      others = undefined
    },
  }
}

/** Keeps measurements in memory: a few looks in maps and an addition for each. */
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
    clear: (name) => familyOf(name).clear(),
    list: () =>
      [...families].flatMap(([name, { definition, series }]) =>
        series.length === 0 ? [] : [{ name, definition, series: [...series] }],
      ),
  }
}
