import type { Transport } from './options'
import type { TokenStorage } from './token-storage'

/** Routes that check a password or a code: there a device that logged in before is no stranger, and may be trusted. */
const checkingPaths = /\/auth\/(login|email-link\/consume|password\/change|step-up)$/

const isSafe = (method = 'GET') => method === 'GET' || method === 'HEAD'

/**
 * What the server hands out in a header of an answer and wants back in the same header of requests: with bearer tokens
 * the device token, which outlives the session; with cookies the proof against forged requests.
 */
export const createEchoes = (transport: Transport, storage: TokenStorage) => {
  let kept: string | undefined
  const isBearer = transport === 'bearer'
  const name = isBearer ? 'device-token' : 'x-csrf-token'
  const read = async () => (isBearer && storage.getDeviceToken ? await storage.getDeviceToken() : kept)

  return {
    /** Puts into the headers of a request what belongs there and its caller did not say. */
    async add(url: string, method: string | undefined, headers: Headers): Promise<void> {
      const belongs = isBearer ? checkingPaths.test(url) : !isSafe(method)
      const value = belongs && !headers.has(name) && (await read())
      if (value) headers.set(name, value)
    },

    /** Keeps what an answer hands out. */
    async note({ headers }: Response): Promise<void> {
      const value = headers.get(name)
      if (!value) return
      kept = value
      if (isBearer) await storage.setDeviceToken?.(value)
    },
  }
}
