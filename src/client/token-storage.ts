/** What the client keeps of a session between calls: plain JSON, so that anything can store it. */
export interface Tokens {
  accessToken: string
  refreshToken: string
  /** When the client exchanges them for the next ones, by this machine's clock (RFC 3339). */
  refreshAt: string
  /** When the access token ends, by this machine's clock (RFC 3339). */
  expiresAt: string
}

/** Where the tokens live. Each function may be asynchronous. */
export interface TokenStorage {
  get(): Tokens | undefined | Promise<Tokens | undefined>
  set(tokens: Tokens): void | Promise<void>
  clear(): void | Promise<void>
  /** What tells the server that somebody logged in here before. `clear` leaves it; without these two it is in memory. */
  getDeviceToken?(): string | undefined | Promise<string | undefined>
  setDeviceToken?(deviceToken: string): void | Promise<void>
}

/** Keeps tokens until the page or the process ends. */
export const createMemoryStorage = (): TokenStorage => {
  let kept: Tokens | undefined
  let device: string | undefined
  return {
    get: () => kept,
    set: (tokens) => {
      kept = tokens
    },
    clear: () => {
      kept = undefined
    },
    getDeviceToken: () => device,
    setDeviceToken: (deviceToken) => {
      device = deviceToken
    },
  }
}

const isTokens = (value: unknown): value is Tokens =>
  typeof value === 'object' &&
  value !== null &&
  ['accessToken', 'refreshToken', 'refreshAt', 'expiresAt'].every(
    (name) => typeof Reflect.get(value, name) === 'string',
  )

const parseTokens = (text: string | null): Tokens | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    return isTokens(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps tokens in `localStorage` or `sessionStorage`, where the tabs of a page share them. Any script of the page can
 * read them there: prefer `transport: 'cookie'` on a page of the server's own origin.
 * @param key the name they are kept under; the device token is under that name with `.device`
 */
export const createWebStorage = (
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
  key = 'postern',
): TokenStorage => ({
  get: () => parseTokens(storage.getItem(key)),
  set: (tokens) => storage.setItem(key, JSON.stringify(tokens)),
  clear: () => storage.removeItem(key),
  getDeviceToken: () => storage.getItem(`${key}.device`) ?? undefined,
  setDeviceToken: (deviceToken) => storage.setItem(`${key}.device`, deviceToken),
})
