import postgres from 'postgres'
import { retryAfter } from '#core/problem'
import { overloaded } from '#core/problems'
import { buildName } from '#db/schema-version'
import { missedDeadline } from './database-problems'
import { systemClock } from './system'
import { createTurns } from './turns'

export interface PostgresOptions {
  url: string
  /** `false` behind a pooler in transaction mode. */
  prepare: boolean
  /** Whether the server may be told the deadline too; poolers refuse settings they don't know. */
  serverDeadline: boolean
  /** How long one statement may take, the wait for a connection included. */
  timeoutSeconds: number
  maxConnections: number
  /** How often the server looks whether we are still there while it works for us, in milliseconds; else never. */
  presenceCheckMs?: number
}

/** A connection that takes longer won't come, however patient a statement may be. */
const mostConnectSeconds = 10

/** Whoever would wait behind more than so many for each connection is sent away: the answer would come too late. */
const mostWaitingEach = 20

/**
 * How many of those who are sent away may come back in a second, for each connection, and after how long at most: well within the time
 * in which a refresh token that was just replaced is accepted, for theirs may have been, and the answer lost.
 */
const turnsEach = 50
const mostTurnSeconds = 15

/** How long a statement that we cancel may take to end; then its connection is cut. */
const graceSeconds = 1

/** JSON arrives here as text already; drizzle and our statements write it. */
const asIs = {
  json: {
    to: 3802,
    from: [114, 3802],
    serialize: (value: unknown) => value,
    parse: (text: string) => JSON.parse(text),
  },
}

const connect = ({ url, prepare, serverDeadline, timeoutSeconds, presenceCheckMs }: PostgresOptions) =>
  postgres(url, {
    max: 1,
    prepare,
    fetch_types: false,
    connect_timeout: Math.min(timeoutSeconds, mostConnectSeconds),
    backoff: () => 0.1,
    onnotice: () => {},
    types: asIs,
    connection: {
      application_name: buildName,
      // The server gives up a little before we do, also on a transaction whose process has vanished.
      ...(serverDeadline && {
        statement_timeout: timeoutSeconds * 900,
        idle_in_transaction_session_timeout: timeoutSeconds * 2000,
        ...(presenceCheckMs !== undefined && { client_connection_check_interval: presenceCheckMs }),
      }),
    },
  })

export type Client = ReturnType<typeof connect>
/** A connection, which opens at its first statement. Retired, it is never used again. */
export interface Connection {
  client: Client
  retired: boolean
}

/**
 * Lends connections to one user at a time; the last one that came back goes out first, so few of them stay warm.
 * postgres.js has a pool too, but it sends a statement behind another one's, so that a slow one holds up strangers,
 * and when one that waits there is cancelled, the next one gets its rows.
 */
export const createPool = (options: PostgresOptions) => {
  const connections = new Set<Connection>()
  const idle: Connection[] = []
  const waiting = new Set<(connection: Connection) => void>()
  const nextTurn = createTurns({
    clock: systemClock,
    perSecond: options.maxConnections * turnsEach,
    mostSeconds: mostTurnSeconds,
  })

  const open = (): Connection => {
    const connection = { client: connect(options), retired: false }
    connections.add(connection)
    return connection
  }

  const wait = (milliseconds: number) => {
    if (waiting.size >= options.maxConnections * mostWaitingEach)
      return Promise.reject(overloaded(retryAfter(nextTurn())))
    return new Promise<Connection>((resolve, reject) => {
      const deadline = setTimeout(() => {
        waiting.delete(receive)
        reject(missedDeadline())
      }, milliseconds)
      const receive = (connection: Connection) => {
        clearTimeout(deadline)
        resolve(connection)
      }
      waiting.add(receive)
    })
  }

  const giveBack = (connection: Connection) => {
    if (connection.retired) return
    const [first] = waiting
    if (first === undefined) {
      idle.push(connection)
      return
    }
    waiting.delete(first)
    first(connection)
  }

  return {
    take: (): Connection | undefined => idle.pop() ?? (connections.size < options.maxConnections ? open() : undefined),
    /** Waits for one in turn. Throws `database-unavailable` when there is none in time, `overloaded` when too many wait. */
    wait,
    giveBack,
    /** Gives up a connection, and idle ones with it, which may be as deaf. Who waits gets a new one. */
    retire: (deaf: Connection) => {
      if (deaf.retired) return
      for (const connection of [deaf, ...idle.splice(0)]) {
        connection.retired = true
        connections.delete(connection)
        void connection.client.end({ timeout: options.serverDeadline ? 0 : graceSeconds })
      }
      if (waiting.size > 0) giveBack(open())
    },
    load: () => ({ lent: connections.size - idle.length, idle: idle.length, waiting: waiting.size }),
    close: async () => {
      await Promise.all([...connections].map(({ client }) => client.end({ timeout: 5 })))
    },
  }
}
