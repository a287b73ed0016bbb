import { createHistogram } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { type Lane, openConnections, people, sendNext } from './lane'

/** How long answers took of requests that come when they come, however slow the answers are. */
export interface Latency {
  perSecond: number
  requests: number
  p50: number
  p99: number
}

/** Below this the generator can't sleep until the next request: timers are late by as much. It polls, and takes a core. */
const shortestSleepMs = 3

/**
 * Sends at a fixed rate. Each answer's time counts from when its request was due, whether or not anybody was free to send
 * it then, so that a server which stops answering for a while is not asked less for it.
 */
export const runOpenLoop = async (lane: Lane, perSecond: number, seconds: number): Promise<Latency> => {
  using connections = await openConnections(lane.server.url, people)
  const microseconds = createHistogram({ figures: 3 })
  const total = Math.max(1, Math.floor(perSecond * seconds))
  const gapMs = 1000 / perSecond
  const idle = Array.from({ length: people }, (_, person) => person)
  const underWay = new Set<Promise<void>>()
  let [sent, isExhausted] = [0, false]
  let failure: unknown
  const startedAt = performance.now()
  const dueAt = () => startedAt + sent * gapMs

  const send = async (person: number, due: number) => {
    const connection = connections[person]
    if (!connection) return
    if (!(await sendNext(lane, connection, person))) {
      isExhausted = true
      return
    }
    microseconds.record(Math.max(1, Math.round((performance.now() - due) * 1000)))
    idle.push(person)
  }
  const sendDue = () => {
    while (sent < total && !isExhausted && dueAt() <= performance.now()) {
      // Whoever waited longest, so that all take part.
      const person = idle.shift()
      if (person === undefined) return
      const sending = send(person, dueAt())
        .catch((error) => {
          failure = error
        })
        .finally(() => {
          underWay.delete(sending)
          sendDue()
        })
      underWay.add(sending)
      sent += 1
    }
  }
  while (sent < total && !isExhausted && failure === undefined) {
    const aheadMs = dueAt() - performance.now()
    await (aheadMs > shortestSleepMs ? Bun.sleep(aheadMs - 2) : setImmediate())
    sendDue()
  }
  await Promise.all(underWay)
  if (failure !== undefined) throw failure
  const at = (percent: number) => microseconds.percentile(percent) / 1000
  return { perSecond, requests: microseconds.count, p50: at(50), p99: at(99) }
}
