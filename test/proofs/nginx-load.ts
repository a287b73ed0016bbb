import * as z from 'zod'
import { newAddress, password, Tokens } from '../runtimes/account'

const Registered = z.object({ tokens: Tokens })
const Refreshed = z.object({ refreshToken: z.string() })

/** What somebody was told is done, and must be found in the database. */
export interface Acknowledged {
  addresses: string[]
  /** How many refreshes of each session were answered. */
  refreshes: Map<string, number>
}

/** A request that was not answered as it should. */
export interface Failure {
  /** ms since the epoch: when it was sent, and when it failed */
  sentAt: number
  at: number
  request: string
  /** None when the connection broke. */
  status: number | undefined
}

export interface Load extends Acknowledged {
  failures: Failure[]
  answered: () => number
  /** Lets requests that are under way finish, and begins no more. */
  stop(): Promise<void>
}

/** How often somebody who has just logged in refreshes. */
const refreshesEach = 4

/**
 * People who register, look at their account, log in again and refresh, one after another, over and over.
 * @param people how many do so at a time, each with one request under way
 */
export const startLoad = (url: string, people: number): Load => {
  const acknowledged: Acknowledged = { addresses: [], refreshes: new Map() }
  const failures: Failure[] = []
  let answered = 0
  let isOver = false

  /** The body of a success; undefined for what failed, of which nothing is known then. */
  const ask = async (method: string, path: string, body?: object, accessToken?: string): Promise<unknown> => {
    const sentAt = Date.now()
    let status: number | undefined
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(accessToken && { authorization: `Bearer ${accessToken}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        tls: { rejectUnauthorized: false },
      })
      status = response.status
      const answer: unknown = await response.json()
      if (response.ok) {
        answered += 1
        return answer
      }
    } catch {}
    failures.push({ sentAt, at: Date.now(), request: `${method} ${path}`, status })
    return undefined
  }

  const note = ({ sessionId }: Tokens) => acknowledged.refreshes.set(sessionId, 0)

  const refresh = async ({ sessionId, refreshToken }: Tokens): Promise<void> => {
    let token = refreshToken
    for (let count = 1; count <= refreshesEach && !isOver; count += 1) {
      const answer = await ask('POST', '/v1/auth/refresh', { refreshToken: token })
      // The same token again would be answered; but whether the first was heard is the question here.
      if (answer === undefined) return
      token = Refreshed.parse(answer).refreshToken
      acknowledged.refreshes.set(sessionId, count)
    }
  }

  const live = async (): Promise<void> => {
    const email = newAddress()
    const registered = await ask('POST', '/v1/auth/register', { email, password })
    if (registered === undefined) return
    acknowledged.addresses.push(email)
    const { tokens } = Registered.parse(registered)
    note(tokens)
    await ask('GET', '/v1/me', undefined, tokens.accessToken)
    const loggedIn = await ask('POST', '/v1/auth/login', { email, password })
    if (loggedIn === undefined) return
    const session = Tokens.parse(loggedIn)
    note(session)
    await refresh(session)
    await ask('GET', '/v1/me', undefined, session.accessToken)
  }

  const loops = Array.from({ length: people }, async () => {
    while (!isOver) await live()
  })
  return {
    ...acknowledged,
    failures,
    answered: () => answered,
    stop: async () => {
      isOver = true
      await Promise.all(loops)
    },
  }
}
