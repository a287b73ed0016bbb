import type { CpuTime } from '../cpu-time'
import { operations } from '../load/lane'
import { type Cell, concurrencies, rateOfCell, usualConcurrency } from '../measure-throughput'
import { median } from '../rate'
import type { Results } from './results'
import { figure, table } from './table'

/** All cells of one contender's operation, by how many at a time. */
const gather = (cells: Cell[]): Cell[][] => {
  const keys = [...new Set(cells.map(({ operation, contender }) => `${operation}/${contender}`))]
  return keys.map((key) => cells.filter(({ operation, contender }) => `${operation}/${contender}` === key))
}

/** CPU of one request, in microseconds. */
export const cpuOf = ({ rounds }: Cell, whose: keyof CpuTime): number => {
  const requests = rounds.reduce((sum, round) => sum + round.requests, 0)
  return (rounds.reduce((sum, round) => sum + round.cpu[whose], 0) * 1e6) / requests
}

const describeRatios = ({ judgements }: Results): string =>
  table(
    ['Postern', 'promised', 'measured', 'met', 'beside better-auth, pg'],
    judgements.map(({ what, target, figure: measured, isMet, besidePg = '' }) => [
      ...[what, target, measured, isMet ? 'yes' : '**no**', besidePg],
    ]),
  )

const describeThroughput = ({ cells }: Results): string =>
  table(
    ['operation', 'server', ...concurrencies.map(String), 'server µs', 'Postgres µs', 'generator µs'],
    gather(cells).map((group) => {
      const at = (concurrency: number) => group.find((cell) => cell.concurrency === concurrency)
      const usual = at(usualConcurrency)
      const rates = concurrencies.map((concurrency) => {
        const cell = at(concurrency)
        return cell ? figure(rateOfCell(cell)) : ''
      })
      const cpu = (whose: keyof CpuTime) => (usual ? figure(cpuOf(usual, whose)) : '')
      const [first] = group
      return [first?.operation ?? '', first?.contender ?? '', ...rates, cpu('server'), cpu('postgres'), cpu('client')]
    }),
  )

const describeLatency = ({ cells, latencies }: Results): string =>
  table(
    ['operation', 'server', 'alone, ms', 'requests a second', 'p50, ms', 'p99, ms', 'requests'],
    latencies.map(({ operation, contender, perSecond, p50, p99, requests }) => {
      const alone = cells.find(
        (cell) => cell.operation === operation && cell.contender === contender && cell.concurrency === 1,
      )
      const aloneMs = median(alone?.rounds.map(({ medianMs }) => medianMs) ?? [])
      return [operation, contender, ...[aloneMs, perSecond, p50, p99].map(figure), String(requests)]
    }),
  )

const describeDistance = ({ distances }: Results): string => {
  const contenders = [...new Set(distances.map(({ contender }) => contender))]
  const rows = contenders.map((contender) => [
    contender,
    ...operations.map((operation) => {
      const found = distances.find((one) => one.operation === operation && one.contender === contender)
      if (!found) return ''
      const { medianMs, waits, statements, commands } = found
      return `${medianMs.toFixed(0)} ms, ${waits} (${statements}${commands > 0 ? ` + ${commands}` : ''})`
    }),
  ])
  return table(['server', ...operations], rows)
}

const describeMemory = ({ memory }: Results): string =>
  table(
    ['server', 'started, MiB', 'after the load, MiB', 'most, MiB'],
    memory.map(({ contender, started, loaded, most }) => [contender, ...[started, loaded, most].map(figure)]),
  )

/** What was measured, in tables and with its charts, as a part of a page. */
export const describeResults = (results: Results): string => {
  const { machine, minutes, judgements } = results
  const met = judgements.filter(({ isMet }) => isMet).length
  return `
${machine} The run took ${minutes.toFixed(1)} minutes.

### What is promised

${met} of ${judgements.length} are met. Ratios are the middle one of five rounds at sixteen at a time, each round beside the other's.

${describeRatios(results)}

### Requests a second

At 1, 16 and 64 at a time; CPU is that of one request at 16.

![Requests a second](performance/throughput.svg)

${describeThroughput(results)}

![CPU of a request](performance/cpu.svg)

### How long answers take

Alone: the middle of answers when nobody else asks. The rest: requests that come at half of the rate above, whatever becomes
of those before.

![How long answers take](performance/latency.svg)

${describeLatency(results)}

### Postgres 20 ms away

The median, how often it waits, and in brackets how many statements it sends (and commands to Redis).

![Postgres 20 ms away](performance/distance.svg)

${describeDistance(results)}

### Memory

${describeMemory(results)}`
}
