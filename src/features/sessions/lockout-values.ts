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
