import { describe, expect, test } from 'bun:test'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { exampleRunbook, renderDashboards } from '../../deploy/observability/build-dashboards'
import { ruleFiles, ruleTestFiles } from '../deploy/rule-files'
import { makeTemporaryFolder } from '../support/folders'
import { prometheusObstacle, runPromtool, writeConfiguration } from './prometheus-program'

if (prometheusObstacle) console.warn(`Skipped: promtool’s tests of rules, since ${prometheusObstacle}.`)

const Targets = z.object({
  panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).default([]) })),
})

/** As Grafana fills them in. */
const fillIn = (expression: string) =>
  expression.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '6h').replaceAll('$instance', '.*')

const queries = renderDashboards(exampleRunbook).flatMap(({ text }) =>
  Targets.parse(JSON.parse(text)).panels.flatMap(({ targets }) => targets.map(({ expr }) => fillIn(expr))),
)

describe.skipIf(prometheusObstacle !== undefined)('promtool', () => {
  test('takes the rules', async () => {
    const { exitCode, output } = await runPromtool(['check', 'rules', '--lint-fatal', ...ruleFiles])
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
  })

  test('takes the configuration', async () => {
    const file = await writeConfiguration('127.0.0.1:3000', 'a token')
    const { exitCode, output } = await runPromtool(['check', 'config', file])
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
    expect(output).toContain('4 rule files found')
  })

  test.each(ruleTestFiles.map((file) => [basename(file), file]))(
    'finds that alerts come when they should, and only then: %s',
    async (_, file) => {
      const { exitCode, output } = await runPromtool(['test', 'rules', file])
      expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
    },
    120_000,
  )

  test('understands every query of the dashboards', async () => {
    const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }))
    const file = join(makeTemporaryFolder(), 'queries.json')
    // JSON is YAML.
    await Bun.write(file, JSON.stringify({ groups: [{ name: 'queries', rules }] }))
    const { exitCode, output } = await runPromtool(['check', 'rules', file])
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 })
    expect(output).toContain(`${queries.length} rules found`)
  })
})
