import type { Dashboard, Panel, Query, Row } from './panels'

/** Of 24 columns and rows of 36 pixels. */
const columns = 24
const heights = { timeseries: 8, table: 8, bargauge: 7, stat: 4 }

const datasource = { type: 'prometheus', uid: '$datasource' }

/** @param runbook the address of docs/runbook.md where people read it */
const linksOf = ({ alerts = [] }: Panel, runbook: string) =>
  alerts.map((alert) => ({ title: alert, url: `${runbook}#${alert.toLowerCase()}`, targetBlank: true }))

const thresholdsOf = ({ from = {} }: Panel) => ({
  mode: 'absolute',
  steps: [
    { color: 'green', value: null },
    ...(from.orange === undefined ? [] : [{ color: 'orange', value: from.orange }]),
    ...(from.red === undefined ? [] : [{ color: 'red', value: from.red }]),
  ],
})

const optionsOf = ({ kind, unit }: Panel) => {
  const reduceOptions = { calcs: ['lastNotNull'], fields: '', values: false }
  if (kind === 'timeseries') {
    return {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    }
  }
  if (kind === 'table') return { showHeader: true, cellHeight: 'sm' }
  if (kind === 'bargauge')
    return { reduceOptions, orientation: 'horizontal', displayMode: 'gradient', showUnfilled: true }
  return { reduceOptions, colorMode: 'value', graphMode: unit === 's' ? 'none' : 'area', textMode: 'value' }
}

const customOf = ({ kind, from }: Panel) =>
  kind === 'timeseries'
    ? {
        drawStyle: 'line',
        fillOpacity: 10,
        lineWidth: 1,
        showPoints: 'never',
        thresholdsStyle: { mode: from ? 'dashed' : 'off' },
      }
    : {}

const targetOf = (kind: Panel['kind'], [expr, legend]: Query, index: number) => ({
  refId: String.fromCharCode(65 + index),
  datasource,
  expr,
  legendFormat: legend,
  editorMode: 'code',
  range: kind === 'timeseries' || kind === 'stat',
  instant: kind === 'table' || kind === 'bargauge',
  ...(kind === 'table' && { format: 'table' }),
})

const renderPanel = (panel: Panel, id: number, gridPos: object, runbook: string) => ({
  id,
  type: panel.kind,
  title: panel.title,
  description: panel.meaning,
  gridPos,
  datasource,
  fieldConfig: {
    defaults: {
      unit: panel.unit,
      color: { mode: panel.kind === 'timeseries' ? 'palette-classic' : 'thresholds' },
      thresholds: thresholdsOf(panel),
      custom: customOf(panel),
    },
    overrides: [],
  },
  options: optionsOf(panel),
  targets: panel.queries.map((query, index) => targetOf(panel.kind, query, index)),
  // The time is that of the query, and says nothing.
  transformations: panel.kind === 'table' ? [{ id: 'organize', options: { excludeByName: { Time: true } } }] : [],
  links: linksOf(panel, runbook),
})

/** Puts panels side by side while there is room, rows below each other. */
const layOut = (rows: readonly Row[], runbook: string) => {
  const rendered: object[] = []
  let y = 0
  for (const { title, panels } of rows) {
    rendered.push({
      id: rendered.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { h: 1, w: columns, x: 0, y },
      panels: [],
    })
    y += 1
    let x = 0
    let tallest = 0
    for (const panel of panels) {
      const [w, h] = [panel.width ?? columns / 2, heights[panel.kind]]
      if (x + w > columns) {
        x = 0
        y += tallest
        tallest = 0
      }
      rendered.push(renderPanel(panel, rendered.length + 1, { h, w, x, y }, runbook))
      x += w
      tallest = Math.max(tallest, h)
    }
    y += tallest
  }
  return rendered
}

const variables = [
  { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', refresh: 1, hide: 0 },
  {
    name: 'instance',
    label: 'Instance',
    type: 'query',
    datasource,
    query: { query: 'label_values(postern_info, instance)', refId: 'instance' },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { text: ['All'], value: ['$__all'] },
    hide: 0,
  },
]

const firingAlerts = {
  name: 'Alerts',
  enable: true,
  iconColor: 'red',
  datasource,
  expr: 'max by (alertname, severity) (ALERTS{alertstate="firing"})',
  titleFormat: '{{alertname}}',
  tagKeys: 'severity',
}

/** A dashboard as Grafana takes it. */
export const renderDashboard = ({ uid, title, description, rows }: Dashboard, runbook: string) => ({
  uid,
  title,
  description,
  tags: ['postern'],
  schemaVersion: 41,
  version: 1,
  editable: true,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  timezone: 'browser',
  templating: { list: variables },
  annotations: { list: [firingAlerts] },
  links: [
    { type: 'dashboards', title: 'Postern', tags: ['postern'], asDropdown: true, includeVars: true, keepTime: true },
    { type: 'link', title: 'Runbook', url: runbook, targetBlank: true },
  ],
  panels: layOut(rows, runbook),
})
