import { createHistogram } from 'node:perf_hooks'
import { type Lane, openConnections, sendNext } from './lane'

/** What came of so many people who each ask again as soon as they are answered. */
export interface Run {
  requests: number
  seconds: number
  /** The middle one of the answers, in milliseconds. */
  medianMs: number
}

/** Runs until the time is over or nothing is left to ask; the last answers are waited for, and count. */
export const runClosedLoop = async (lane: Lane, concurrency: number, seconds: number): Promise<Run> => {
  using connections = await openConnections(lane.server.url, concurrency)
  const microseconds = createHistogram({ figures: 3 })
  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 1000
  let requests = 0
  const runPerson = async (person: number) => {
    const connection = connections[person]
    while (connection && elapsed() < seconds) {
      const sentAt = performance.now()
      if (!(await sendNext(lane, connection, person))) return
      microseconds.record(Math.max(1, Math.round((performance.now() - sentAt) * 1000)))
      requests += 1
    }
  }
  await Promise.all(connections.map((_, person) => runPerson(person)))
  return { requests, seconds: elapsed(), medianMs: microseconds.percentile(50) / 1000 }
}
