import { type Grant, toTokens } from './grant'
import type { Transport } from './options'
import { isProblem, type ProblemError } from './problem-error'
import type { TokenStorage, Tokens } from './token-storage'

/** Sends a request with these tokens, or without any; throws what is no success. */
type Attempt = (tokens: Tokens | undefined) => Promise<Response>

interface SessionSettings {
  transport: Transport
  /** With cookies, the tokens in it are empty: only their times are known. */
  storage: TokenStorage
  /** What the tabs of one browser call their turn to refresh. */
  lockName: string
  exchange(refreshToken: string | undefined): Promise<Grant>
  onSessionEnded: ((problem: ProblemError) => void) | undefined
}

const isSame = (one: Tokens | undefined, other: Tokens | undefined) =>
  one?.accessToken === other?.accessToken && one?.refreshAt === other?.refreshAt

const isPast = (instant: string) => !(Date.now() < Date.parse(instant))

/** Runs `work` while no other tab of this browser runs under the same name, where the platform can tell. */
const inTurn = <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
  const locks: LockManager | undefined = globalThis.navigator?.locks
  return locks ? locks.request(name, work) : work()
}

/** The session of one client: which tokens a request is sent with, and when they are exchanged for the next ones. */
export const createSession = ({ transport, storage, lockName, exchange, onSessionEnded }: SessionSettings) => {
  let running: Promise<Tokens | undefined> | undefined
  let ended: { used: Tokens | undefined } | undefined

  const keep = async (grant: Grant) => {
    if ((grant.tokenType === 'Cookie') !== (transport === 'cookie')) return
    ended = undefined
    await storage.set(toTokens(grant))
  }

  /** Tells it once to parallel calls, and leaves alone what another log-in has put there meanwhile. */
  const end = async (used: Tokens | undefined, problem: ProblemError) => {
    const isReplaced = !isSame(await storage.get(), used)
    const isTold = ended !== undefined && (!used || isSame(used, ended.used))
    if (isReplaced || isTold) return
    ended = { used }
    await storage.clear()
    onSessionEnded?.(problem)
  }

  const exchangeUnlessReplaced = async (used: Tokens | undefined) => {
    const held = await storage.get()
    if (!isSame(held, used)) return held
    try {
      const grant = await exchange(held?.refreshToken || undefined)
      if (isSame(await storage.get(), held)) await keep(grant)
      return await storage.get()
    } catch (error) {
      if (!isProblem(error, 'invalid_refresh_token', 'session_revoked')) throw error
      if (held) await end(held, error)
      return undefined
    }
  }

  /** Exchanges the tokens that a request was sent with; all who ask meanwhile share the answer. */
  const refresh = (used: Tokens | undefined): Promise<Tokens | undefined> => {
    running ??= inTurn(lockName, () => exchangeUnlessReplaced(used)).finally(() => {
      running = undefined
    })
    return running
  }

  const current = async (): Promise<Tokens | undefined> => {
    const held = await storage.get()
    if (!held || !isPast(held.refreshAt)) return held
    try {
      return await refresh(held)
    } catch (error) {
      if (isPast(held.expiresAt)) throw error
      return held
    }
  }

  /** Whether the next tokens could turn this failure into a success. After a reload, cookies may hold unknown ones. */
  const isStale = (error: unknown, used: Tokens | undefined) =>
    transport === 'cookie'
      ? isProblem(error, 'invalid_access_token', 'unauthenticated')
      : used !== undefined && isProblem(error, 'invalid_access_token')

  return {
    /** Keeps the tokens that an answer brought. */
    keep,

    /** Sends a request with tokens that are not about to end, and once more if the server finds that they have. */
    async call(attempt: Attempt): Promise<Response> {
      const used = await current()
      try {
        return await attempt(used)
      } catch (error) {
        if (isProblem(error, 'session_revoked')) await end(used, error)
        if (!isStale(error, used)) throw error
        const next = await refresh(used)
        if (!next && !used) throw error
        return attempt(next)
      }
    },

    /** Sends the log-out and forgets the tokens. An expired access token is good enough for it. */
    async logOut(attempt: Attempt): Promise<Response> {
      const response = await attempt(await storage.get())
      await storage.clear()
      return response
    },
  }
}
