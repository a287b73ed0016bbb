import type { Context } from '#core/context'
import { admit, admitAndCount, toOwnLimit } from '#core/limits'
import { toCanonicalAddress } from '#core/network'
import { isWithin } from '#core/permissions'
import type { LimitState } from '#core/platform'
import { findKnownKey } from './find-known-key'
import { readKeyHash } from './key-token'
import { type KnownKey, recallKey } from './known-keys'
import type { KeyVerification, VerifiedKey } from './machine-contract'
import { requireMachine } from './require-machine'
import { useKey } from './use-key'

const codes = { expired: 'expired', elsewhere: 'network_not_allowed' } as const

const toCode = (
  ctx: Context,
  key: KnownKey,
  { permissions, ipAddress }: KeyVerification,
  remaining: number | null,
): VerifiedKey['code'] => {
  const outcome = useKey(ctx, key, toCanonicalAddress(ipAddress ?? '') ?? null)
  if (outcome !== 'used') return codes[outcome]
  if (!isWithin(permissions, key.permissions)) return 'insufficient_permissions'
  return remaining !== null && remaining < 0 ? 'rate_limited' : 'valid'
}

const remainingOf = (ctx: Context, key: KnownKey, state: LimitState | undefined): number | null => {
  if (!state) return null
  // One that was left out is one more than there may be.
  return toOwnLimit(ctx.config, state, key.limitPerMinute).remaining - (state.isLeftOut ? 1 : 0)
}

/**
 * What a service is told of a key that somebody showed it, which is a use of that key. A key that is not known, was revoked
 * or can be none all look alike. It is counted by its limit together with the caller; one that this process does not know is
 * looked up meanwhile. Throws `unauthenticated`, `invalid-api-key`, `missing-permission`, `rate-limited`.
 */
export async function verifyApiKey(ctx: Context, input: KeyVerification): Promise<VerifiedKey> {
  await requireMachine(ctx, 'api-keys:verify')
  const keyHash = await readKeyHash(ctx, input.key)
  const recalled = keyHash === undefined ? null : recallKey(ctx, keyHash)
  const [state, key] = await Promise.all([
    keyHash === undefined || recalled === null
      ? admit(ctx).then(() => undefined)
      : admitAndCount(ctx, keyHash, recalled?.limitPerMinute),
    keyHash === undefined || recalled !== undefined ? recalled : findKnownKey(ctx, keyHash),
  ])
  const remaining = key ? remainingOf(ctx, key, state) : null
  const code = key ? toCode(ctx, key, input, remaining) : 'invalid'
  return {
    valid: code === 'valid',
    code,
    keyId: key?.id ?? null,
    name: key?.name ?? null,
    owner: key?.owner ?? null,
    organizationId: key?.organizationId ?? null,
    scopes: key?.permissions ?? [],
    expiresAt: key?.expiresAt?.toISOString() ?? null,
    remaining: remaining === null ? null : Math.max(0, remaining),
  }
}
