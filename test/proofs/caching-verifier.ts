import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'

/** The issuer and audience of servers of these tests. */
const issuer = 'http://postern.test'

/** A token that a service refused. */
export interface Failure {
  at: Date
  kid: string | undefined
  reason: string
}

/**
 * Another house's service, as strict as one can be: it verifies with a copy of the key set and asks for another one only when
 * `Cache-Control` says that its own is too old, also where it meets a key that it does not know.
 * @param fetchKeySet gets the key set, from whichever server
 */
export const createCachingVerifier = (now: () => Date, fetchKeySet: () => Promise<Response>) => {
  let copy: { keys: ReturnType<typeof createLocalJWKSet>; until: number } | undefined
  const failures: Failure[] = []
  const counts = { verified: 0, fetched: 0 }

  const currentCopy = async () => {
    const at = now().getTime()
    if (copy && at < copy.until) return copy
    const response = await fetchKeySet()
    const age = Number(/max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1])
    if (!response.ok || !(age > 0)) throw new Error(`No key set that may be kept: ${response.status}`)
    counts.fetched += 1
    copy = { keys: createLocalJWKSet((await response.json()) as JSONWebKeySet), until: at + age * 1000 }
    return copy
  }

  const verify = async (token: string): Promise<void> => {
    const { keys } = await currentCopy()
    const at = now()
    try {
      await jwtVerify(token, keys, { issuer, audience: issuer, typ: 'at+jwt', currentDate: at, clockTolerance: 2 })
      counts.verified += 1
    } catch (error) {
      failures.push({ at, kid: decodeProtectedHeader(token).kid, reason: String(error) })
    }
  }
  return { verify, failures, counts }
}
