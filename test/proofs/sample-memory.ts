import { readFileSync } from 'node:fs'

const bytesPerMiB = 1024

/** Memory that a process holds (VmRSS), in MiB; Linux tells. */
const residentMiB = (pid: number): number => {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  if (kibibytes === undefined) throw new Error(`Nobody knows how much memory process ${pid} holds.`)
  return Number(kibibytes) / bytesPerMiB
}

export interface MemorySample {
  atSeconds: number
  mebibytes: number
}

/** Looks once a second how much memory a process holds, until it is told to stop; then gives what it saw. */
export const sampleMemory = (pid: number) => {
  const startedAt = performance.now()
  const samples: MemorySample[] = []
  const look = () => samples.push({ atSeconds: (performance.now() - startedAt) / 1000, mebibytes: residentMiB(pid) })
  look()
  const timer = setInterval(look, 1000)
  return {
    stop: (): MemorySample[] => {
      clearInterval(timer)
      look()
      return samples
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

/** The slope of the straight line that fits best, in MiB a minute. */
export const slopeOf = (samples: MemorySample[]): number => {
  const mean = (pick: (sample: MemorySample) => number) =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length
  const [middle, level] = [mean(({ atSeconds }) => atSeconds), mean(({ mebibytes }) => mebibytes)]
  const rise = samples.reduce((sum, one) => sum + (one.atSeconds - middle) * (one.mebibytes - level), 0)
  const run = samples.reduce((sum, one) => sum + (one.atSeconds - middle) ** 2, 0)
  return (60 * rise) / run
}
