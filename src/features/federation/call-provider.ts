import { retryAfter } from '#core/problem'
import { providerUnavailable } from '#core/problems'
import type { ProviderCaller } from '#core/provider-settings'

/** Asks a provider, as `fetch` does. Throws `provider-unavailable` when it does not answer. */
export async function callProvider(
  { providers }: { providers: ProviderCaller },
  provider: string,
  url: string,
  init?: RequestInit,
): Promise<Response> {
  try {
    return await providers.fetch(provider, url, init)
  } catch (cause) {
    throw providerUnavailable({ ...retryAfter(5), cause })
  }
}
