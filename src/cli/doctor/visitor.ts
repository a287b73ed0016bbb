/** Asks for a path of the deployment; follows nothing. Rejects when nobody answers in time. */
export type Ask = (path: string, init?: RequestInit) => Promise<Response>

interface Visitor {
  ask: Ask
  /**
   * How far the server is ahead of this machine, at the least: by the dates of its answers, and by what it said of itself
   * in the last of them.
   */
  skewSeconds(said?: Date): number | null
}

/** A date says the second that it lies in. */
const dateResolutionMs = 1000

/** How far a time in the answer lies outside of the time that the question took. */
const outside = (
  at: number,
  { asked, answered }: { asked: number; answered: number },
  resolutionMs: number,
): number => {
  if (at > answered) return at - answered
  return at + resolutionMs < asked ? at + resolutionMs - asked : 0
}

const larger = (one: number, other: number): number => (Math.abs(other) > Math.abs(one) ? other : one)

/**
 * Somebody who asks, and looks at the clock meanwhile.
 * @param mayTrust whether the certificate is good; if it is not, that was found already, and the rest is looked at all the same
 */
export const openVisitor = (
  origin: string,
  { mayTrust, timeoutMs }: { mayTrust: boolean; timeoutMs: number },
): Visitor => {
  let skewMs: number | null = null
  let last = { asked: 0, answered: 0 }
  return {
    ask: async (path, init = {}) => {
      const asked = Date.now()
      const response = await fetch(`${origin}${path}`, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
        tls: { rejectUnauthorized: mayTrust },
      })
      last = { asked, answered: Date.now() }
      const date = Date.parse(response.headers.get('date') ?? '')
      if (Number.isFinite(date)) skewMs = larger(skewMs ?? 0, outside(date, last, dateResolutionMs))
      return response
    },
    skewSeconds: (said) => {
      if (said) skewMs = larger(skewMs ?? 0, outside(said.getTime(), last, 0))
      return skewMs === null ? null : skewMs / 1000
    },
  }
}
