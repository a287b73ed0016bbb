import type postgres from 'postgres'
import { type Answer, type Connection, openConnection } from './connection'

/** A process that answers, and the database behind it. */
export interface Server {
  url: string
  pid: number
  sql: postgres.Sql
}

/** A way to a database, by which it gets another address. */
export type Through = (url: string) => Promise<string>

/** What is measured of a server: one kind of request, by people who each have an account of their own. */
export interface Lane {
  operation: Operation
  contender: string
  server: Server
  /** What counts as an answer. */
  status: number
  /** Whether a password is hashed for each: few a second, so they get more time. */
  hashes?: boolean
  /** Makes ready for so many requests. */
  prepare?(requests: number): Promise<void>
  /** The next request of a person; undefined when nothing is left to ask. */
  next(person: number): string | undefined
  /** Keeps of an answer what the person's next request needs. */
  take?(person: number, answer: Answer): void
}

export const operations = ['register', 'log in', 'session check', 'token check', 'refresh', 'log out'] as const
export type Operation = (typeof operations)[number]

/** How many people each server has. */
export const people = 64

export const openConnections = async (url: string, count: number): Promise<Connection[] & Disposable> => {
  const connections = await Promise.all(Array.from({ length: count }, () => openConnection(url)))
  return Object.assign(connections, {
    [Symbol.dispose]: () => {
      for (const connection of connections) connection[Symbol.dispose]()
    },
  })
}

/** Sends the next request of a person and waits for its answer; false when there was none to send. Throws when it is refused. */
export const sendNext = async (lane: Lane, connection: Connection, person: number): Promise<boolean> => {
  const request = lane.next(person)
  if (request === undefined) return false
  const answer = await connection.exchange(request)
  if (answer.status !== lane.status) {
    throw new Error(`${lane.contender}, ${lane.operation}: ${answer.head}\n\n${answer.body}`)
  }
  lane.take?.(person, answer)
  return true
}

/** Asks each of these on a connection of its own, all at once. Throws what the first said that is refused. */
export const askAll = async (url: string, requests: string[]): Promise<Answer[]> => {
  using connections = await openConnections(url, requests.length)
  const answers = await Promise.all(connections.map((connection, index) => connection.exchange(requests[index] ?? '')))
  const refused = answers.find(({ status }) => status >= 300)
  if (refused) throw new Error(`${url}: ${refused.head}\n\n${refused.body}`)
  return answers
}

/** What belongs to a person of this number. */
export const ofPerson = <Kept>(kept: Kept[], person: number): Kept => {
  const found = kept[person]
  if (found === undefined) throw new Error(`There are ${kept.length} people.`)
  return found
}
