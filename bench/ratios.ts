import { names } from './contenders/names'
import type { Operation } from './load/lane'
import type { Distance } from './measure-distance'
import { type Cell, rateOfCell, rateOfRound, usualConcurrency } from './measure-throughput'
import { median } from './rate'

/** What is promised, and what was measured. */
export interface Judgement {
  what: string
  target: string
  figure: string
  isMet: boolean
  /** The same beside better-auth's other adapter, of which nothing is promised. */
  besidePg?: string
}

/** How many times as many a second as whom, at least. */
const leastRatios: [operation: Operation, beside: string, least: number][] = [
  ['register', names.drizzle, 4],
  ['register', names.argon2id, 0.85],
  ['log in', names.drizzle, 4],
  ['log in', names.argon2id, 0.85],
  ['session check', names.drizzle, 6],
  ['session check', names.handWritten, 0.8],
  ['token check', names.jwt, 5],
  ['refresh', names.drizzle, 6],
  ['refresh', names.handWritten, 0.85],
  ['log out', names.drizzle, 10],
  ['log out', names.handWritten, 0.85],
]

const hashed: Operation[] = ['register', 'log in']
const leastPerSecond = 80
const mostUnloadedMs = 65

/** Milliseconds with Postgres 20 ms away, at most. */
const mostDistantMs: [Operation, number][] = [
  ['register', 75],
  ['log in', 75],
  ['session check', 23],
  ['log out', 24],
]

const cellOf = (cells: Cell[], operation: Operation, contender: string, concurrency = usualConcurrency) =>
  cells.find((cell) => cell.operation === operation && cell.contender === contender && cell.concurrency === concurrency)

/** Round by round, since what slows the machine slows both rounds; then the middle one. */
const ratioOf = (cells: Cell[], operation: Operation, beside: string): number => {
  const mine = cellOf(cells, operation, names.postern)?.rounds ?? []
  const theirs = cellOf(cells, operation, beside)?.rounds ?? []
  const quotients = mine.flatMap((round, index) => {
    const other = theirs[index]
    return other ? [rateOfRound(round) / rateOfRound(other)] : []
  })
  return median(quotients)
}

const judgeRatios = (cells: Cell[]): Judgement[] =>
  leastRatios.map(([operation, beside, least]) => {
    const ratio = ratioOf(cells, operation, beside)
    return {
      ...{ what: `${operation}, beside ${beside}`, target: `≥ ${least} ×` },
      ...{ figure: `${ratio.toFixed(2)} ×`, isMet: ratio >= least },
      ...(beside === names.drizzle && { besidePg: `${ratioOf(cells, operation, names.pg).toFixed(2)} ×` }),
    }
  })

const judgeHashes = (cells: Cell[]): Judgement[] =>
  hashed.flatMap((operation) => {
    const loaded = cellOf(cells, operation, names.postern)
    const alone = cellOf(cells, operation, names.postern, 1)
    const perSecond = loaded ? rateOfCell(loaded) : Number.NaN
    const ms = median(alone?.rounds.map(({ medianMs }) => medianMs) ?? [])
    return [
      {
        ...{ what: `${operation}, a second`, target: `≥ ${leastPerSecond}` },
        ...{ figure: perSecond.toFixed(0), isMet: perSecond >= leastPerSecond },
      },
      {
        ...{ what: `${operation}, one at a time`, target: `< ${mostUnloadedMs} ms` },
        ...{ figure: `${ms.toFixed(1)} ms`, isMet: ms < mostUnloadedMs },
      },
    ]
  })

const judgeDistances = (distances: Distance[]): Judgement[] =>
  mostDistantMs.map(([operation, most]) => {
    const mine = distances.find((one) => one.operation === operation && one.contender === names.postern)
    const ms = mine?.medianMs ?? Number.NaN
    return {
      ...{ what: `${operation}, Postgres 20 ms away`, target: `≤ ${most} ms` },
      ...{ figure: `${ms.toFixed(1)} ms`, isMet: ms <= most },
    }
  })

/** Holds what was measured against what is promised. What was not measured is not met. */
export const judge = (cells: Cell[], distances: Distance[]): Judgement[] => [
  ...judgeRatios(cells),
  ...judgeHashes(cells),
  ...judgeDistances(distances),
]
