import { names, posternWithRedis } from '../contenders/names'
import { type Operation, operations } from '../load/lane'
import { type Cell, rateOfCell, usualConcurrency } from '../measure-throughput'
import { drawBarChart, type Panel, type Row } from './bar-chart'
import type { Results } from './results'
import { figure } from './table'
import { cpuOf } from './tables'
import { writeChart } from './write-section'

const isOurs = (contender: string) => contender === names.postern || contender === posternWithRedis

/** A panel for each operation, with a row for each that was measured. */
const panelsOf = <Measured extends { operation: Operation; contender: string }>(
  measured: Measured[],
  bars: (one: Measured) => Pick<Row, 'values' | 'text'>,
): Panel[] =>
  operations.map((operation) => ({
    title: operation,
    rows: measured
      .filter((one) => one.operation === operation)
      .map((one) => ({ label: one.contender, isOurs: isOurs(one.contender), ...bars(one) })),
  }))

const usualCells = ({ cells }: Results): Cell[] => cells.filter(({ concurrency }) => concurrency === usualConcurrency)

/** Draws the charts of the page. */
export const writeCharts = async (results: Results): Promise<void> => {
  const charts = {
    throughput: {
      title: 'Requests a second, 16 at a time',
      caption: 'More is better. Each panel has an axis of its own, from 0.',
      panels: panelsOf(usualCells(results), (cell) => ({ values: [rateOfCell(cell)], text: figure(rateOfCell(cell)) })),
    },
    cpu: {
      title: 'CPU of a request, microseconds',
      caption: 'Less is better. The server’s, and paler Postgres’s. Each panel has an axis of its own, from 0.',
      panels: panelsOf(usualCells(results), (cell) => {
        const values = [cpuOf(cell, 'server'), cpuOf(cell, 'postgres')]
        return { values, text: values.map(figure).join(' + ') }
      }),
    },
    latency: {
      title: 'How long answers take, milliseconds',
      caption: 'Less is better. The middle one, and paler the 99th of a hundred, at half of what each can do.',
      panels: panelsOf(results.latencies, ({ p50, p99 }) => ({
        values: [p50, p99],
        text: `${figure(p50)}, ${figure(p99)}`,
      })),
    },
    distance: {
      title: 'Postgres 20 ms away, milliseconds',
      caption: 'Less is better. One request at a time; in brackets how often it waits.',
      panels: panelsOf(results.distances, ({ medianMs, waits }) => ({
        values: [medianMs],
        text: `${figure(medianMs)} (${waits})`,
      })),
    },
  }
  for (const [name, chart] of Object.entries(charts)) await writeChart(name, drawBarChart(chart))
}
