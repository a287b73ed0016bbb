import type { Context } from '#core/context'
import { writeDeviceToken } from './device-token'

/** Gives a device that has just logged in what says so later; each log-in makes it a new device. */
export const issueDeviceToken = (ctx: Context, userId: string): Promise<string> =>
  writeDeviceToken(ctx, { id: ctx.ids.next(), userId })
