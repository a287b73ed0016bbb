import type { Context } from '#core/context'
import { readDeviceToken } from './device-token'

/** What a statement that counts failures needs beside the event's values. */
export type LockoutValues = {
  deviceSubject: string | null
  deviceUserId: string | null
  deviceIssuedAt: Date | null
  lockoutFailures: number
  lockoutSeconds: number
}

/** Whom the failures of a request may count against beside the account: the device, if it is one we know. */
export const lockoutValues = async (ctx: Context): Promise<LockoutValues> => {
  const device = await readDeviceToken(ctx)
  return {
    deviceSubject: device ? `device:${device.id}` : null,
    deviceUserId: device?.userId ?? null,
    deviceIssuedAt: device?.issuedAt ?? null,
    lockoutFailures: ctx.config.LOCKOUT_FAILURES,
    lockoutSeconds: ctx.config.LOCKOUT_SECONDS,
  }
}

/** Whether failures count against a device that logged in before, and so not against its account. */
export const isKnownDevice = (subject: string): boolean => subject.startsWith('device:')

/** NIST SP 800-63B-4, section 3.2.2: after so many failures in a row a right password is told from a wrong one no more. */
const mostComparisons = 100

/** Whether a locked account may still say to who knows the password that it is locked. */
export const maySayLocked = (failures: number): boolean => failures < mostComparisons

const longestDelayMs = 4000

/** Holds the answer to a failure back: the second in a row a moment, each later one twice as long. */
export const delayAfter = async (ctx: Context, failures: number): Promise<void> => {
  const delayMs = failures < 2 ? 0 : ctx.config.LOCKOUT_DELAY_MILLISECONDS * 2 ** (failures - 2)
  if (delayMs > 0) await ctx.wait(Math.min(delayMs, longestDelayMs))
}

/** Seconds until a lock ends. */
export const secondsUntil = (ctx: Context, end: Date): number =>
  Math.max(1, Math.ceil((end.getTime() - ctx.clock.now().getTime()) / 1000))
