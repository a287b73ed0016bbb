import type { Fetched, Outside, OutsideFault } from '#core/outside'
import { isPublicAddress } from '#core/public-address'
import { readAtMost } from './bounded-body'
import { readTarget } from './outside-target'

/** How a runtime reaches the world. */
export interface OutsideParts {
  /** All addresses of a name, in their canonical form. Throws when there is none, or nobody who says so. */
  resolve(name: string, signal: AbortSignal): Promise<string[]>
  /**
   * One GET that follows no redirect and decodes nothing, to these very addresses where the runtime can.
   * @param addresses that were checked; none for a host that the operator allows
   */
  call(url: URL, addresses: string[], signal: AbortSignal): Promise<Response>
  /** Hosts of the form `host:port` that nothing is asked of; for development and tests. */
  allowedHosts: readonly string[]
}

const mostRedirects = 3

/** What was given up for a reason that the caller is told. */
const fail = (fault: OutsideFault): { ok: false; fault: OutsideFault } => ({ ok: false, fault })

const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status)

/** Where an answer leads, unless that is from https to http, where others could change what is read. */
const nextOf = (from: URL, location: string): string | undefined => {
  if (!URL.canParse(location, from)) return undefined
  const next = new URL(location, from)
  return from.protocol === 'https:' && next.protocol !== 'https:' ? undefined : next.href
}

/** We ask for no coding; decoding one could make much of little. */
const isEncoded = ({ headers }: Response) => (headers.get('content-encoding') ?? 'identity') !== 'identity'

const drop = ({ body }: Response): void => void body?.cancel().catch(() => {})

const withDeadline = <Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const give = () => reject(signal.reason)
  if (signal.aborted) give()
  signal.addEventListener('abort', give, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', give))
}

/** The guard itself, the same on every runtime. */
export const createOutside = ({ resolve, call, allowedHosts }: OutsideParts): Outside => {
  /** The answer of an address, or why there is none. */
  const ask = async (text: string, signal: AbortSignal): Promise<{ url: URL; response: Response } | OutsideFault> => {
    const target = readTarget(text, allowedHosts)
    if (target === undefined) return 'forbidden'
    const { url } = target
    if (target.kind === 'allowed') return { url, response: await call(url, [], signal) }
    const addresses = target.kind === 'address' ? [target.address] : await resolve(target.name, signal)
    if (addresses.length === 0) return 'unreachable'
    // One that is not public makes the name suspicious: which of them is called would be left to chance.
    if (!addresses.every(isPublicAddress)) return 'forbidden'
    return { url, response: await call(url, addresses, signal) }
  }

  const read = async (response: Response, bytes: number): Promise<Fetched> => {
    if (response.status !== 200 || isEncoded(response)) {
      drop(response)
      return fail('refused')
    }
    const all = await readAtMost(response, bytes)
    return all ? { ok: true, bytes: all, contentType: response.headers.get('content-type') } : fail('too-large')
  }

  const follow = async (
    text: string,
    bytes: number,
    signal: AbortSignal,
    redirects = mostRedirects,
  ): Promise<Fetched> => {
    const asked = await ask(text, signal)
    if (typeof asked === 'string') return fail(asked)
    const { url, response } = asked
    if (!isRedirect(response.status)) return read(response, bytes)
    drop(response)
    const location = response.headers.get('location')
    if (location === null || redirects === 0) return fail('refused')
    const next = nextOf(url, location)
    return next === undefined ? fail('forbidden') : follow(next, bytes, signal, redirects - 1)
  }

  return {
    get: async (url, { bytes, timeoutMs }) => {
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        return await withDeadline(follow(url, bytes, signal), signal)
      } catch {
        return fail('unreachable')
      }
    },
  }
}
