import { median } from '../rate'
import { type Prepared, start } from './workerd'

/** How often each is started, by turns: whatever slows the machine down slows all of them. */
const starts = 15

/** Milliseconds of a start, medians and over those of the empty Worker. */
export interface StartUp extends Pick<Starter, 'title' | 'path'> {
  answeredMs: number
  overEmptyMs: number
  /** The quickest start over the quickest of the empty one: what it takes when nobody else is at work. */
  leastOverEmptyMs: number
  /** All threads of workerd together. */
  cpuOverEmptyMs: number
}

/** A Worker, and what is asked of it first: something that needs no database. */
export interface Starter {
  title: string
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

/** Starts Workers in bare workerd again and again, from the spawn to the first answer. The first of them is the empty one. */
export const measureStartUps = async (starters: Starter[]): Promise<StartUp[]> => {
  const measured = starters.map((starter): { starter: Starter; times: Times } => ({
    starter,
    times: { answered: [], cpu: [] },
  }))
  for (let round = 0; round <= starts; round += 1) {
    // The first round brings the files into memory.
    if (round === 1) for (const { times } of measured) times.answered.length = times.cpu.length = 0
    for (const { starter, times } of measured) await measureOnce(starter, times)
  }
  const empty = measured[0]?.times ?? { answered: [], cpu: [] }
  return measured.map(({ starter: { title, path }, times: { answered, cpu } }) => ({
    title,
    path,
    answeredMs: median(answered),
    overEmptyMs: median(answered) - median(empty.answered),
    leastOverEmptyMs: Math.min(...answered) - Math.min(...empty.answered),
    cpuOverEmptyMs: median(cpu) - median(empty.cpu),
  }))
}
