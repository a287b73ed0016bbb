import type { Tap } from '../runtimes/tcp-proxy'

/** What was answered since the last reset. */
export interface WireCount {
  /** Statements that Postgres finished. */
  statements: number
  /** Answers of Redis. */
  commands: number
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

/** Counts the arrays that Redis answers (RESP): what our script gives, and nothing else that it is asked for has one. */
const countArrays = (bytes: Uint8Array): number => Buffer.from(bytes).toString('latin1').match(/^\*/gm)?.length ?? 0

/**
 * Counts what goes over the wire to Postgres and Redis. It needs no clock: each request carries a number one higher than
 * the highest that was answered before it was sent (Lamport), by whichever of the two, so requests sent side by side
 * share a number and a wait.
 */
export const createWireCounter = () => {
  let counted = { statements: 0, commands: 0 }
  let highestAnswered = 0
  const tapWith = (count: (bytes: Uint8Array) => void): Tap => {
    let pending: number | undefined
    return {
      sent: () => {
        pending ??= highestAnswered + 1
      },
      delivered: (bytes) => {
        count(bytes)
        highestAnswered = Math.max(highestAnswered, pending ?? 0)
        pending = undefined
      },
    }
  }
  return {
    tapPostgres: () => {
      const countFinished = createStatementCounter()
      return tapWith((bytes) => {
        counted.statements += countFinished(bytes)
      })
    },
    tapRedis: () =>
      tapWith((bytes) => {
        counted.commands += countArrays(bytes)
      }),
    reset: () => {
      counted = { statements: 0, commands: 0 }
      highestAnswered = 0
    },
    count: (): WireCount => ({ ...counted, waits: highestAnswered }),
  }
}
