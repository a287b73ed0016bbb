import type { Context } from 'hono'
import { readDeviceCookie, setDeviceCookie } from './cookies'
import { makeCsrfToken } from './own-page'
import type { AppEnv } from './router'

/**
 * Hands out what tells later that this device logged in before: a cookie, with the proof against forged requests that
 * goes with it, or a header.
 */
export const rememberDevice = async (c: Context<AppEnv>, transport: 'bearer' | 'cookie', deviceToken: string) => {
  if (transport === 'bearer') return c.header('device-token', deviceToken)
  setDeviceCookie(c, deviceToken)
  c.header('x-csrf-token', await makeCsrfToken(c, deviceToken))
}

/** Hands out that proof again to a device that is known already. */
export const renewCsrfToken = async (c: Context<AppEnv>): Promise<void> => {
  const deviceToken = readDeviceCookie(c)
  if (deviceToken) c.header('x-csrf-token', await makeCsrfToken(c, deviceToken))
}
