import type { Distance } from '../measure-distance'
import type { MeasuredLatency } from '../measure-latency'
import type { Cell } from '../measure-throughput'
import type { Judgement } from '../ratios'

/** MiB of a process, before and after it was measured. */
export interface Memory {
  contender: string
  started: number
  loaded: number
  most: number
}

/** All that one run measured. */
export interface Results {
  /** What it ran on, in words. */
  machine: string
  minutes: number
  cells: Cell[]
  latencies: MeasuredLatency[]
  distances: Distance[]
  memory: Memory[]
  judgements: Judgement[]
}
