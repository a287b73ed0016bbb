import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { commands } from '../../src/cli/commands'
import { repository } from '../support/folders'
import { faultsOf } from './known-metrics'
import { readNames } from './promql'
import { alerts, knownMetrics, recordings, ruleTests } from './rule-files'

test('names are read out of an expression, wherever they stand', () => {
  expect(
    readNames(
      'sum by (job, le) (rate(a_total{x="b{c}",y!~"d"}[5m])) / on (slo) group_left () e:f > 0.5 and g offset 1h',
    ),
  ).toEqual({
    selected: [
      { metric: 'a_total', labels: ['x', 'y'] },
      { metric: 'e:f', labels: [] },
      { metric: 'g', labels: [] },
    ],
    grouped: ['job', 'le', 'slo'],
  })
})

test('a metric and a label that there are not are found', () => {
  expect(faultsOf('sum by (queue) (mail_totals{outcome="sent"})', knownMetrics)).toEqual([
    'there is no metric mail_totals',
    'mail_totals has no label outcome',
    'no metric of it has a label queue',
  ])
  expect(faultsOf('sum by (queue) (rate(mail_total{state="sent"}[5m]))', knownMetrics)).toEqual([
    'mail_total has no label state',
    'no metric of it has a label queue',
  ])
  expect(faultsOf('db_round_trips', knownMetrics)).toEqual(['there is no metric db_round_trips'])
})

test('rules name metrics and labels that there are', () => {
  expect(alerts.length).toBeGreaterThan(20)
  const faults = [...alerts, ...recordings].flatMap(({ expr }) => faultsOf(expr, knownMetrics))
  expect(faults).toEqual([])
})

test('series of their tests have the labels that the metric has, all of them', () => {
  const faults = ruleTests.flatMap(({ input_series }) =>
    input_series.flatMap(({ series }) => {
      const has = readNames(series).selected.flatMap(({ labels }) => [...labels, 'instance'])
      const wanted = readNames(series).selected.flatMap(({ metric }) => knownMetrics.get(metric) ?? [])
      const missing = wanted.filter((label) => !has.includes(label)).map((label) => `${series} wants ${label}`)
      return [...faultsOf(series, knownMetrics), ...missing]
    }),
  )
  expect(faults).toEqual([])
})

test('texts of alerts name labels that the alert has', () => {
  const faults = alerts.flatMap(({ alert, expr, annotations, labels }) => {
    const { grouped, selected } = readNames(expr)
    const has = new Set([
      ...grouped,
      ...Object.keys(labels),
      ...selected.flatMap(({ metric }) => knownMetrics.get(metric) ?? []),
    ])
    const used = [
      ...Object.values(annotations)
        .join('\n')
        .matchAll(/\$labels\.(\w+)/g),
    ].map(([, label = '']) => label)
    return used.filter((label) => !has.has(label)).map((label) => `${alert}: ${label}`)
  })
  expect(faults).toEqual([])
})

test('every alert has a test in which it fires and one in which it is silent', () => {
  const checks = ruleTests.flatMap(({ promql_expr_test }) => promql_expr_test)
  const isTested = (name: string, fires: boolean) =>
    checks.some(
      ({ expr, exp_samples }) =>
        expr === `ALERTS{alertname="${name}",alertstate="firing"}` && exp_samples.length > 0 === fires,
    )
  const untested = alerts.filter(({ alert }) => !isTested(alert, true) || !isTested(alert, false))
  expect(untested.map(({ alert }) => alert)).toEqual([])
})

test('every alert leads to its section of the runbook, and every section is that of an alert', async () => {
  const text = await Bun.file(join(repository, 'docs/runbook.md')).text()
  const sections = [...text.matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name)
  expect(sections.toSorted()).toEqual([...new Set(alerts.map(({ alert }) => alert))].toSorted())
  const astray = alerts.filter(
    ({ alert, annotations }) => annotations.runbook_url !== `{{ $externalLabels.runbook }}#${alert.toLowerCase()}`,
  )
  expect(astray.map(({ alert }) => alert)).toEqual([])
})

test('every section of the runbook says what it means, where to look first, why it may be, and what to do', async () => {
  const [, ...sections] = (await Bun.file(join(repository, 'docs/runbook.md')).text()).split(/^### /m)
  const parts = ['**Means**', '**Look first**', '**Likely**', '**Do**']
  const incomplete = sections.filter((section) => parts.some((part) => !section.includes(part)))
  expect(incomplete.map((section) => section.split('\n')[0])).toEqual([])
})

test('the runbook names commands that there are', async () => {
  const text = await Bun.file(join(repository, 'docs/runbook.md')).text()
  const named = [...text.matchAll(/\bpostern ([a-z]+(?: [a-z-]+)?)/g)].map(([, words = '']) => words)
  expect(named.length).toBeGreaterThan(10)
  const known = commands.map(({ name }) => name)
  const isKnown = (words: string) => known.includes(words) || known.includes(words.split(' ')[0] ?? '')
  expect(named.filter((words) => !isKnown(words))).toEqual([])
})
