import type { Context } from '#core/context'
import { isInNetwork } from '#core/network'
import { addSeconds } from '../sessions/new-session'
import type { KnownKey } from './known-keys'
import { touchKey } from './queries'

const touchSeconds = 60

/** Notes that a key was used, to a minute; nobody waits for it. */
const noteUse = (ctx: Context, key: KnownKey): void => {
  const now = ctx.clock.now()
  const before = addSeconds(now, -touchSeconds)
  if (key.lastUsedAt !== null && key.lastUsedAt > before) return
  key.lastUsedAt = now
  ctx.background(touchKey(ctx.db, { keyId: key.id, now, before }))
}

/**
 * Whether a key is accepted now, and from where it was shown; if it is, it was used.
 * @param ipAddress in its canonical form; null if it is not known, which is nowhere
 */
export const useKey = (ctx: Context, key: KnownKey, ipAddress: string | null): 'used' | 'expired' | 'elsewhere' => {
  if (key.expiresAt !== null && key.expiresAt <= ctx.clock.now()) return 'expired'
  const { allowedNetworks } = key
  const isHere = allowedNetworks.some((network) => ipAddress !== null && isInNetwork(ipAddress, network))
  if (allowedNetworks.length > 0 && !isHere) return 'elsewhere'
  noteUse(ctx, key)
  return 'used'
}
