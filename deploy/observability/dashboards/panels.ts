/** Units as Grafana names them. */
export type Unit = 'short' | 's' | 'reqps' | 'ops' | 'percentunit' | 'bytes' | 'bool'

/** A query of Prometheus, and what its lines are called. */
export type Query = readonly [expression: string, legend: string]

interface PanelFacts {
  unit: Unit
  /** Of 24. */
  width?: number
  /** From which value on something is worth a look, and from which on it is wrong. */
  from?: { orange?: number; red?: number }
  /** Alerts about the same: their sections of the runbook are linked. */
  alerts?: readonly string[]
}

/** Something that a dashboard shows. */
export interface Panel extends PanelFacts {
  kind: 'timeseries' | 'stat' | 'bargauge' | 'table'
  title: string
  /** What it means, and what to look for. */
  meaning: string
  queries: readonly Query[]
}

export interface Row {
  title: string
  panels: readonly Panel[]
}

export interface Dashboard {
  /** Stays, since links are made of it. */
  uid: string
  title: string
  description: string
  rows: readonly Row[]
}

type PanelMaker = (title: string, meaning: string, facts: PanelFacts, ...queries: Query[]) => Panel

const panelOf =
  (kind: Panel['kind']): PanelMaker =>
  (title, meaning, facts, ...queries) => ({ kind, title, meaning, ...facts, queries })

/** Lines over time. */
export const lines = panelOf('timeseries')
/** How it stands now. */
export const number = panelOf('stat')
/** Bars below each other, as they stand now. */
export const bars = panelOf('bargauge')
/** Rows as they stand now. */
export const table = panelOf('table')

/** Of the instances that are chosen above a dashboard. */
export const chosen = 'instance=~"$instance"'

/** A counter's increase a second, added up by labels. */
export const perSecond = (counter: string, by = '', matching = ''): string =>
  `sum${by && ` by (${by})`} (rate(${counter}{${[chosen, matching].filter(Boolean).join(',')}}[$__rate_interval]))`

/** A counter's increase within the time that is shown, added up by labels. */
export const inRange = (counter: string, by = '', matching = ''): string =>
  `sum${by && ` by (${by})`} (increase(${counter}{${[chosen, matching].filter(Boolean).join(',')}}[$__range]))`

/** The value that so large a part of a histogram's values is below. */
export const quantile = (part: number, histogram: string, by = '', matching = ''): string =>
  `histogram_quantile(${part}, ${perSecond(`${histogram}_bucket`, by ? `le, ${by}` : 'le', matching)})`

/** The mean of a histogram's values. */
export const mean = (histogram: string, by = ''): string =>
  `${perSecond(`${histogram}_sum`, by)} / ${perSecond(`${histogram}_count`, by)}`

/** 0 where nothing was counted yet. */
export const orNone = (expression: string): string => `${expression} or vector(0)`
