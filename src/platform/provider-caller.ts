import type { Config } from '#core/config'
import type { Clock } from '#core/platform'
import type { ProviderCaller } from '#core/provider-settings'
import { type Breaker, createBreaker } from './circuit-breaker'

/** Larger than any answer of a provider that makes sense. */
const mostBytes = 1024 * 1024

/** What a provider answered, read to its end within the deadline, unless it is far too large. */
const readAll = async ({ status, headers, body }: Response): Promise<Response> => {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const part of body ?? []) {
    size += part.byteLength
    if (size > mostBytes) throw new Error('The provider’s answer is too large.')
    parts.push(part)
  }
  return new Response([101, 204, 205, 304].includes(status) ? null : new Blob(parts), { status, headers })
}

/** Calls providers with a deadline for each answer and a breaker for each provider: one that is away costs only its own. */
export const createProviderCaller = (
  { PROVIDER_TIMEOUT_SECONDS }: Pick<Config, 'PROVIDER_TIMEOUT_SECONDS'>,
  clock: Clock,
): ProviderCaller => {
  const breakers = new Map<string, Breaker>()
  const breakerOf = (provider: string): Breaker => {
    const breaker = breakers.get(provider) ?? createBreaker({ clock })
    breakers.set(provider, breaker)
    return breaker
  }
  const call = async (url: string, init: RequestInit) => {
    const signal = AbortSignal.timeout(PROVIDER_TIMEOUT_SECONDS * 1000)
    const response = await readAll(await fetch(url, { ...init, redirect: 'manual', signal }))
    if (response.status >= 500) throw new Error(`The provider answered ${response.status}.`)
    return response
  }
  return {
    fetch: (provider, url, init = {}) => breakerOf(provider).run(() => call(url, init)),
    skewSeconds: (now) => Math.round((now.getTime() - Date.now()) / 1000),
  }
}
