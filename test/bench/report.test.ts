import { expect, test } from 'bun:test'
import { names } from '../../bench/contenders/names'
import type { Operation } from '../../bench/load/lane'
import type { Cell } from '../../bench/measure-throughput'
import { judge } from '../../bench/ratios'
import { drawBarChart } from '../../bench/report/bar-chart'
import { table } from '../../bench/report/table'

const cell = (operation: Operation, contender: string, rates: number[], concurrency = 16): Cell => ({
  ...{ operation, contender, concurrency },
  rounds: rates.map((requests) => ({
    ...{ requests, seconds: 1, medianMs: 1000 / requests },
    cpu: { server: 0, postgres: 0, client: 0 },
  })),
})

const find = (cells: Cell[], what: string) => judge(cells, []).find((judgement) => judgement.what === what)

test('a ratio is the middle one of those round by round', () => {
  // The machine was slow in the second round, and in the last for one of them.
  const cells = [
    cell('refresh', names.postern, [600, 300, 640, 620, 100]),
    cell('refresh', names.drizzle, [100, 50, 100, 100, 100]),
  ]
  const judgement = find(cells, `refresh, beside ${names.drizzle}`)
  expect(judgement?.figure).toBe('6.00 ×')
  expect(judgement?.isMet).toBe(true)
})

test('what was not measured is not met', () => {
  expect(judge([], []).filter(({ isMet }) => isMet)).toEqual([])
})

test('a ratio just below what is promised is not met', () => {
  const cells = [cell('session check', names.postern, [799]), cell('session check', names.handWritten, [1000])]
  expect(find(cells, `session check, beside ${names.handWritten}`)?.isMet).toBe(false)
})

test('bars begin at nothing and are as long as their values, and labels are no markup', () => {
  const row = (label: string, value: number) => ({ label, values: [value], text: String(value), isOurs: false })
  const svg = drawBarChart({
    title: 'a < b',
    caption: '',
    panels: [{ title: 'one', rows: [row('<all>', 100), row('half', 50)] }],
  })
  const [longest = 0, half = 0] = [...svg.matchAll(/<rect class="theirs"[^>]* width="([\d.]+)"/g)].map(([, length]) =>
    Number(length),
  )
  expect(half / longest).toBeCloseTo(0.5, 2)
  expect(svg).not.toContain('<all>')
  expect(svg).toContain('&lt;all>')
})

test('a table keeps its columns', () => {
  expect(table(['a', 'long'], [['1']])).toBe('| a   | long |\n| --- | ---- |\n| 1   |      |')
})
