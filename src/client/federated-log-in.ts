/** Where what a log-in began with is kept until it comes back: the page may be loaded anew by then. */
type ReturnStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export interface FederatedLogIn {
  /** The public address of the server, without `/v1`; empty for the origin of the page. */
  baseUrl: string
  /** As in the server's settings: `google`. */
  provider: string
  /** A page of yours, which the server has in REDIRECT_ORIGINS. */
  redirectTo: string
  /** `sessionStorage` unless said. */
  storage?: ReturnStorage
}

/** What a log-in came back with: for `/v1/auth/oauth/exchange` or `/v1/me/identities`, or why there is nothing. */
export type FederatedReturn = { code: string; codeVerifier: string } | { error: string }

const key = 'postern.federated-log-in'

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/**
 * Begins a log-in at another provider, or the linking of an account there: remembers a secret that only this page can show,
 * and gives the address to go to, for example by `location.assign`.
 */
export const beginFederatedLogIn = async ({
  baseUrl,
  provider,
  redirectTo,
  storage = sessionStorage,
}: FederatedLogIn): Promise<string> => {
  const codeVerifier = toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier))
  storage.setItem(key, codeVerifier)
  const query = new URLSearchParams({ redirectTo, codeChallenge: toBase64Url(new Uint8Array(digest)) })
  return `${baseUrl.replace(/\/+$/, '')}/v1/auth/oauth/${encodeURIComponent(provider)}/authorize?${query}`
}

/**
 * Reads, once, what a log-in came back with. Undefined: the page was not come back to, or not by a log-in that was begun
 * here. Take the parameters out of the address then, by `history.replaceState`.
 */
export const readFederatedReturn = (
  address: string,
  storage: ReturnStorage = sessionStorage,
): FederatedReturn | undefined => {
  const { searchParams } = new URL(address)
  const [code, error, codeVerifier] = [searchParams.get('code'), searchParams.get('error'), storage.getItem(key)]
  if (codeVerifier === null || (code === null && error === null)) return undefined
  storage.removeItem(key)
  return code === null ? { error: error ?? 'unknown' } : { code, codeVerifier }
}
