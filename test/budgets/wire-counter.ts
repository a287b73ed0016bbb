import type { Tap } from '../runtimes/tcp-proxy'

/** What was answered since the last reset. */
export interface WireCount {
  /** Statements that the server finished. */
  statements: number
  /** The longest chain of answers that could depend on each other: sequential waits. */
  waits: number
}

const readyForQuery = 'Z'.charCodeAt(0)

/** Cuts a server's bytes into messages (a type, a length, a body) and counts those that end a statement. */
const createStatementCounter = () => {
  let rest = Buffer.alloc(0)
  return (bytes: Uint8Array): number => {
    rest = Buffer.concat([rest, bytes])
    let finished = 0
    while (rest.length >= 5) {
      const end = 1 + rest.readUInt32BE(1)
      if (rest.length < end) break
      if (rest[0] === readyForQuery) finished += 1
      rest = rest.subarray(end)
    }
    return finished
  }
}

/**
 * Counts what goes over the wire to Postgres. It needs no clock: each request carries a number one higher than the
 * highest that was answered before it was sent (Lamport), so requests sent side by side share a number and a wait.
 */
export const createWireCounter = () => {
  let statements = 0
  let highestAnswered = 0
  const tap = (): Tap => {
    const countFinished = createStatementCounter()
    let pending: number | undefined
    return {
      sent: () => {
        pending ??= highestAnswered + 1
      },
      delivered: (bytes) => {
        statements += countFinished(bytes)
        highestAnswered = Math.max(highestAnswered, pending ?? 0)
        pending = undefined
      },
    }
  }
  return {
    tap,
    reset: () => {
      statements = 0
      highestAnswered = 0
    },
    count: (): WireCount => ({ statements, waits: highestAnswered }),
  }
}
