import { openExaminedPostern, type Postern } from '../../test/proofs/examined-postern'
import { concurrency, median } from '../rate'
import { inParallel } from './in-parallel'
import { type Operation, operations } from './operations'
import { numberOf } from './people'
import { type Side, staffSettings } from './side'

/** The first warms up and counts for nothing. */
const rounds = numberOf('ROUNDS', 5)
/** How often each statement is examined. */
const examinations = 40

interface Figures {
  /** Requests a second, of each round. */
  rates: number[]
  /** Milliseconds of each request that was alone. */
  latencies: number[]
  /** Milliseconds in Postgres of each request, as it says itself. */
  statements: number[]
}

/** What was measured of one operation, on each side. */
export interface Measured {
  title: string
  small: Figures
  large: Figures
}

const noFigures = (): Figures => ({ rates: [], latencies: [], statements: [] })

const timesOf = async (count: number, work: () => Promise<unknown>): Promise<number[]> => {
  const times: number[] = []
  await inParallel(count, 1, async () => {
    const startedAt = performance.now()
    await work()
    times.push(performance.now() - startedAt)
  })
  return times
}

const measureOnce = async ({ ask, together, alone }: Operation, side: Side) => ({
  rate: await inParallel(together, concurrency, () => ask(side)),
  latencies: await timesOf(alone, () => ask(side)),
})

/** By turns, and each round another side first: whatever slows the machine down slows both. */
const measureRequests = async (sides: readonly [Side, Side], found: Map<Operation, [Figures, Figures]>) => {
  for (let round = 0; round <= rounds; round += 1) {
    for (const [operation, figures] of found) {
      const turns = [0, 1].map((at) => (at + round) % 2)
      for (const turn of turns) {
        const [side, into] = turn === 0 ? [sides[0], figures[0]] : [sides[1], figures[1]]
        const { rate, latencies } = await measureOnce(operation, side)
        if (round === 0) continue
        into.rates.push(rate)
        into.latencies.push(...latencies)
      }
    }
    console.log(`Round ${round} of ${rounds}`)
  }
}

const examineOnce = async ({ title, examine }: Operation, side: Side, postern: Postern): Promise<number> => {
  const first = postern.examined.length
  const response = await examine(side, postern)
  if (!response.ok) throw new Error(`${title} was answered with ${response.status}: ${await response.text()}`)
  return postern.examined.slice(first).reduce((sum, { milliseconds }) => sum + milliseconds, 0)
}

const measureStatements = async (sides: readonly [Side, Side], found: Map<Operation, [Figures, Figures]>) => {
  await using first = await openExaminedPostern(sides[0].database, staffSettings)
  await using second = await openExaminedPostern(sides[1].database, staffSettings)
  for (const [operation, figures] of found) {
    for (let time = 0; time < examinations; time += 1) {
      figures[0].statements.push(await examineOnce(operation, sides[0], first))
      figures[1].statements.push(await examineOnce(operation, sides[1], second))
    }
    console.log(`Examined: ${operation.title}`)
  }
}

/** Measures everything that people do on both sides: how long requests take, how many a second, and what Postgres needs for them. */
export const measureScale = async (small: Side, large: Side): Promise<Measured[]> => {
  const found = new Map(
    operations.map((operation): [Operation, [Figures, Figures]] => [operation, [noFigures(), noFigures()]]),
  )
  await measureRequests([small, large], found)
  await measureStatements([small, large], found)
  return [...found].map(([{ title }, [ofSmall, ofLarge]]) => ({ title, small: ofSmall, large: ofLarge }))
}

/** How much more one median is than the other. */
export const growthOf = (small: number[], large: number[]): number => median(large) / median(small)
