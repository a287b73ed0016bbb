import type { Context } from '#core/context'
import { areBytesAuthentic, authenticateBytes, fromBase64Url, toBase64Url } from '#core/secrets'
import { addSeconds } from './new-session'

/** A device that logged in to an account before. It opens nothing: it is only no stranger to the lockout. */
export interface Device {
  id: string
  userId: string
  issuedAt: Date
}

const prefix = 'pdt_'
/** 16 bytes account, 16 bytes device (a UUIDv7, which tells when it was made), 32 bytes HMAC. */
const claimsBytes = 32
const tokenBytes = 64
/** Who has not logged in for a year is a stranger again. */
export const deviceTokenSeconds = 31_536_000

const uuidOf = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const hexOf = (uuid: string) => uuid.replaceAll('-', '')

const decode = (token: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!token.startsWith(prefix)) return undefined
  try {
    const bytes = fromBase64Url(token.slice(prefix.length))
    // Base64 can spell the same bytes in several ways; only ours is a token.
    return bytes.length === tokenBytes && prefix + toBase64Url(bytes) === token ? bytes : undefined
  } catch {
    return undefined
  }
}

/** The device that the request comes from, if it brings a token of ours for it that is not too old. */
export const readDeviceToken = async (ctx: Context): Promise<Device | undefined> => {
  const bytes = decode(ctx.request.deviceToken ?? '')
  if (!bytes) return undefined
  const claims = bytes.slice(0, claimsBytes)
  if (!(await areBytesAuthentic(ctx, 'device-token', claims, bytes.slice(claimsBytes)))) return undefined
  const [user, device] = [claims.subarray(0, 16).toHex(), claims.subarray(16).toHex()]
  // RFC 9562, section 5.7: the first 48 bits are milliseconds.
  const issuedAt = new Date(Number.parseInt(device.slice(0, 12), 16))
  if (addSeconds(issuedAt, deviceTokenSeconds) <= ctx.clock.now()) return undefined
  return { id: uuidOf(device), userId: uuidOf(user), issuedAt }
}

/** The token of a device: the same for the same device, so only who makes an id makes a new one. */
export const writeDeviceToken = async (ctx: Context, device: Pick<Device, 'id' | 'userId'>): Promise<string> => {
  const claims = Uint8Array.fromHex(hexOf(device.userId) + hexOf(device.id))
  const bytes = new Uint8Array(tokenBytes)
  bytes.set(claims)
  bytes.set(await authenticateBytes(ctx, 'device-token', claims), claimsBytes)
  return prefix + toBase64Url(bytes)
}
