import type { Context } from '#core/context'
import { hashToken } from '#core/secrets'
import { readDeviceToken } from './device-token'

/** What a statement that counts failures needs beside the event's values. */
export type LockoutValues = {
  deviceId: string | null
  deviceSubject: string | null
  deviceUserId: string | null
  deviceIssuedAt: Date | null
  /** Null where networks are not counted. */
  networkSubject: string | null
  networkFailures: number
  lockoutFailures: number
  lockoutSeconds: number
}

/** Networks are counted where requests are. */
const networkSubject = async ({ config, request }: Context): Promise<string | null> =>
  config.RATE_LIMITS === 'on' && request.network !== null ? `network:${await hashToken(request.network)}` : null

/** Whom the failures of a request may count against beside the account: its network, and the device, if we know it. */
export const lockoutValues = async (ctx: Context): Promise<LockoutValues> => {
  const device = await readDeviceToken(ctx)
  return {
    deviceId: device?.id ?? null,
    deviceSubject: device ? `device:${device.id}` : null,
    deviceUserId: device?.userId ?? null,
    deviceIssuedAt: device?.issuedAt ?? null,
    networkSubject: await networkSubject(ctx),
    networkFailures: ctx.config.LOCKOUT_NETWORK_FAILURES,
    lockoutFailures: ctx.config.LOCKOUT_FAILURES,
    lockoutSeconds: ctx.config.LOCKOUT_SECONDS,
  }
}

/** Whether failures count against a device that logged in before, and so not against its account. */
export const isKnownDevice = (subject: string): boolean => subject.startsWith('device:')
