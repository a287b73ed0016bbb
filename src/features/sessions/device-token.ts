import type { Context } from '#core/context'
import { readSignedToken, signToken, toUuid, uuidDigits } from '#core/token-bytes'
import { addSeconds } from './new-session'

/** A device that logged in to an account before. It opens nothing: it is only no stranger to the lockout. */
export interface Device {
  id: string
  userId: string
  issuedAt: Date
}

/** 16 bytes account, 16 bytes device (a UUIDv7, which tells when it was made), 32 bytes HMAC. */
const format = { prefix: 'pdt_', purpose: 'device-token', claimsLength: 32 } as const
/** Who has not logged in for a year is a stranger again. */
export const deviceTokenSeconds = 31_536_000

/** The device that the request comes from, if it brings a token of ours for it that is not too old. */
export const readDeviceToken = async (ctx: Context): Promise<Device | undefined> => {
  const claims = await readSignedToken(ctx, format, ctx.request.deviceToken ?? '')
  if (!claims) return undefined
  const [user, device] = [claims.subarray(0, 16).toHex(), claims.subarray(16).toHex()]
  // RFC 9562, section 5.7: the first 48 bits are milliseconds.
  const issuedAt = new Date(Number.parseInt(device.slice(0, 12), 16))
  if (addSeconds(issuedAt, deviceTokenSeconds) <= ctx.clock.now()) return undefined
  return { id: toUuid(device), userId: toUuid(user), issuedAt }
}

/** The token of a device: the same for the same device, so only who makes an id makes a new one. */
export const writeDeviceToken = (ctx: Context, { id, userId }: Pick<Device, 'id' | 'userId'>): Promise<string> =>
  signToken(ctx, format, Uint8Array.fromHex(uuidDigits(userId) + uuidDigits(id)))
