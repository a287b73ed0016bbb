import type postgres from 'postgres'
import { type CpuTime, startCpuTime } from './cpu-time'
import { type Run, runClosedLoop } from './load/closed-loop'
import { type Lane, type Operation, operations } from './load/lane'
import { median } from './rate'
import { tell } from './tell'

/** Something that is measured by turns with others. */
export interface Turn {
  operation: Operation
  contender: string
  pid: number
  sql: postgres.Sql
  hashes: boolean
  run(concurrency: number, seconds: number): Promise<Run>
}

interface Round extends Run {
  cpu: CpuTime
}

/** All rounds of one contender with so many at a time. */
export interface Cell {
  operation: Operation
  contender: string
  concurrency: number
  rounds: Round[]
}

/** How long and how often each is measured. */
export interface Pace {
  seconds: number
  /** Where a password is hashed for each request. */
  hashSeconds: number
  /** Of load before each operation is measured. */
  warmSeconds: number
  openSeconds: number
  openHashSeconds: number
  rounds: Record<number, number>
}

/** Where the ratios are taken. */
export const usualConcurrency = 16
export const concurrencies = [1, 16, 64]

/** What any of them would need at most. */
const mostPerSecond = 8000

/** For how many requests to make ready, when so many a second were answered before. */
export const requestsIn = (seconds: number, perSecond = mostPerSecond): number =>
  Math.ceil(Math.min(perSecond * 1.5, mostPerSecond) * seconds) + 100

/** The turn of a server's operation. */
export const turnOf = (lane: Lane): Turn => {
  let perSecond: number | undefined
  return {
    ...{ operation: lane.operation, contender: lane.contender, hashes: lane.hashes ?? false },
    ...{ pid: lane.server.pid, sql: lane.server.sql },
    run: async (concurrency, seconds) => {
      await lane.prepare?.(requestsIn(seconds, perSecond))
      const run = await runClosedLoop(lane, concurrency, seconds)
      perSecond = Math.max(perSecond ?? 0, run.requests / run.seconds)
      return run
    },
  }
}

export const rateOfRound = ({ requests, seconds }: Run): number => requests / seconds

/** The middle one of its rounds. */
export const rateOfCell = ({ rounds }: Cell): number => median(rounds.map(rateOfRound))

const measureRound = async (turn: Turn, concurrency: number, { seconds, hashSeconds }: Pace): Promise<Round> => {
  const stop = await startCpuTime(turn.pid, turn.sql)
  const run = await turn.run(concurrency, turn.hashes ? hashSeconds : seconds)
  return { ...run, cpu: await stop() }
}

/** Each in its turn, another one first each time, so that whatever slows the machine down slows all of them. */
const measureByTurns = async (turns: Turn[], concurrency: number, pace: Pace): Promise<Cell[]> => {
  const cells = turns.map(({ operation, contender }): Cell => ({ operation, contender, concurrency, rounds: [] }))
  for (let round = 0; round < (pace.rounds[concurrency] ?? 1); round += 1) {
    for (let step = 0; step < turns.length; step += 1) {
      const index = (round + step) % turns.length
      const turn = turns[index]
      if (turn) cells[index]?.rounds.push(await measureRound(turn, concurrency, pace))
    }
  }
  return cells
}

/** Measures every operation of all contenders, closed loop, with one, sixteen and sixty-four at a time. */
export const measureThroughput = async (turns: Turn[], pace: Pace): Promise<Cell[]> => {
  const cells: Cell[] = []
  for (const operation of operations) {
    const rivals = turns.filter((turn) => turn.operation === operation)
    // Until then a process compiles what it runs, on the cores that are measured, and Postgres plans on each connection.
    for (const turn of rivals) await turn.run(usualConcurrency, pace.warmSeconds)
    for (const concurrency of concurrencies) {
      tell(`${operation}, ${concurrency} at a time`)
      cells.push(...(await measureByTurns(rivals, concurrency, pace)))
    }
  }
  return cells
}
