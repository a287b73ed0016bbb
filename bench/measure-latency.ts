import { type Lane, type Operation, operations } from './load/lane'
import { type Latency, runOpenLoop } from './load/open-loop'
import { type Cell, type Pace, rateOfCell, requestsIn, usualConcurrency } from './measure-throughput'

/** What part of what a server can do is asked of it. */
const load = 0.5

export interface MeasuredLatency extends Latency {
  operation: Operation
  contender: string
}

/** How long answers take at half of what each server was measured to do. */
export const measureLatencies = async (lanes: Lane[], cells: Cell[], pace: Pace): Promise<MeasuredLatency[]> => {
  const measured: MeasuredLatency[] = []
  for (const lane of operations.flatMap((name) => lanes.filter(({ operation }) => operation === name))) {
    const { operation, contender, hashes } = lane
    const cell = cells.find(
      (one) => one.operation === operation && one.contender === contender && one.concurrency === usualConcurrency,
    )
    if (!cell) continue
    const perSecond = rateOfCell(cell) * load
    const seconds = hashes ? pace.openHashSeconds : pace.openSeconds
    await lane.prepare?.(requestsIn(seconds, perSecond))
    measured.push({ operation, contender, ...(await runOpenLoop(lane, perSecond, seconds)) })
  }
  return measured
}
