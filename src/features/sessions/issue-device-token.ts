import type { Context } from '#core/context'
import { writeDeviceToken } from './device-token'

/** Gives a device that has just logged in what says so later; each log-in makes it a new device, of this id. */
export const issueDeviceToken = (ctx: Context, userId: string, id = ctx.ids.next()): Promise<string> =>
  writeDeviceToken(ctx, { id, userId })
