import { median } from '../rate'
import type { WorkerName } from './build-bundles'
import { type Prepared, start } from './workerd'

/** How often each is started, by turns: whatever slows the machine down slows all of them. */
const starts = 15

/** Milliseconds of a start, medians and over those of the empty Worker. */
export interface StartUp {
  answeredMs: number
  overEmptyMs: number
  /** The quickest start over the quickest of the empty one: what it takes when nobody else is at work. */
  leastOverEmptyMs: number
  /** All threads of workerd together. */
  cpuOverEmptyMs: number
}

/** A Worker, and what is asked of it first: something that needs no database. */
export interface Starter {
  prepared: Prepared
  path: string
}

interface Times {
  answered: number[]
  cpu: number[]
}

const measureOnce = async ({ prepared, path }: Starter, { answered, cpu }: Times): Promise<void> => {
  const started = await start(prepared, path)
  answered.push(started.answeredMs)
  cpu.push(await started.end())
}

/** Starts Workers in bare workerd again and again, from the spawn to the first answer. One of them is `empty`. */
export const measureStartUps = async (starters: Map<WorkerName, Starter>): Promise<Map<WorkerName, StartUp>> => {
  const times = new Map<WorkerName, Times>([...starters.keys()].map((name) => [name, { answered: [], cpu: [] }]))
  for (let round = 0; round <= starts; round += 1) {
    // The first round brings the files into memory.
    if (round === 1) for (const one of times.values()) one.answered.length = one.cpu.length = 0
    for (const [name, starter] of starters) await measureOnce(starter, times.get(name) ?? { answered: [], cpu: [] })
  }
  const empty = times.get('empty') ?? { answered: [], cpu: [] }
  const toStartUp = ({ answered, cpu }: Times): StartUp => ({
    answeredMs: median(answered),
    overEmptyMs: median(answered) - median(empty.answered),
    leastOverEmptyMs: Math.min(...answered) - Math.min(...empty.answered),
    cpuOverEmptyMs: median(cpu) - median(empty.cpu),
  })
  return new Map([...times].map(([name, measured]) => [name, toStartUp(measured)]))
}
